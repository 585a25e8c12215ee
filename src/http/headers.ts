import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * The security headers of every answer to what is HTTP. They never differ, so helmet is asked once; a page that needs a wider Content
 * Security Policy sets its own over this one.
 *
 * @param https whether Insat is reached by TLS: only then may browsers be told to insist on it
 */
export const securityHeaders = (https: boolean): Record<string, string> => {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: https,
    referrerPolicy: { policy: 'no-referrer' },
  });
  // Helmet only ever sets or removes headers of the answer, and reads nothing of the request.
  apply({} as IncomingMessage, answer as unknown as ServerResponse, (err?: unknown) => {
    if (err) throw err;
  });
  // No page asks for any of these; the console's keys (WebAuthn) are not among them.
  headers['permissions-policy'] = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'display-capture', 'browsing-topics'].map((feature) => `${feature}=()`).join(', ');
  return headers;
};
