import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { BrowserHosts } from '#channels/voice';

/** No page asks for any of these; the console's keys (WebAuthn) are not among them. */
const permissions = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'display-capture', 'browsing-topics'].map((feature) => `${feature}=()`).join(', ');

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
  headers['permissions-policy'] = permissions;
  return headers;
};

/**
 * What the console's page has in their place. Where calls are taken in the browser, it alone hears the microphone, and speaks with
 * the provider of the telephone.
 */
export const consoleHeaders = (nonce: string, browser: BrowserHosts | null): Record<string, string> => ({
  'permissions-policy': browser ? permissions.replace('microphone=()', 'microphone=(self)') : permissions,
  'content-security-policy': [
    "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data:", "font-src 'self'",
    ["connect-src 'self'", ...(browser?.connect ?? [])].join(' '), ...(browser ? [`media-src ${browser.media.join(' ')}`] : []),
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  ].join('; '),
});
