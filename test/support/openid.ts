import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

/** Who sits at the provider's screen, as its directory knows them. */
export type Directory = { sub: string; amr?: string[]; acr?: string } & Record<string, unknown>;

/** How a provider, or who pretends to be it, may lie. */
export const lies = [
  'wrong nonce', 'no nonce', 'wrong issuer', 'wrong audience', 'another party', 'expired', 'not signed', 'symmetric key', 'unknown key', 'changed after signing',
  'no ID token', 'another issuer in the answer', 'no issuer in the answer', 'no issuer in the token',
] as const;
type Lie = (typeof lies)[number];

export type Provider = {
  issuer: string;
  client: { clientId: string; clientSecret: string };
  /** The only address to which it sends anybody back. */
  returnTo(redirectUri: string): void;
  person: Directory;
  lie: Lie | null;
  /** It forgets that a code is good once: then only we stand against a replay. */
  forgetful: boolean;
  /** Everything secret that it has given out or been given: codes, tokens, verifiers. */
  secrets: string[];
  close(): Promise<void>;
};

type Grant = { person: Directory; nonce: string; challenge: string; redirectUri: string };

/**
 * An OpenID Connect provider on loopback: discovery, authorization endpoint, token endpoint, keys. It signs in whoever
 * `person` is without asking (a browser is asked for the subject), takes each code once, and insists on PKCE, the client's secret and the redirect address.
 */
export const startProvider = async ({ port = 0, host = '127.0.0.1' } = {}): Promise<Provider> => {
  const client = { clientId: 'insat', clientSecret: 'a secret of the provider, for tests only' };
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const stranger = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const grants = new Map<string, Grant>();
  let redirectUri = '';

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;

  const json = (response: ServerResponse, status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/keys':
        return json(response, 200, { keys: [key] });
      case '/authorize':
        return request.headers.accept?.includes('text/html') && !searchParams.has('sub') ? screen(searchParams, response) : authorize(searchParams, response);
      case '/token':
        return token(request, new URLSearchParams(await text(request)), response);
      default:
        return json(response, 404, {});
    }
  };

  /** A browser is asked who it is. */
  const screen = (asked: URLSearchParams, response: ServerResponse): void => {
    const hidden = [...asked].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('');
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><title>Provider</title><form action="/authorize">${hidden}<label>Subject <input name="sub"></label> <button>Continue</button></form>`);
  };

  const authorize = (asked: URLSearchParams, response: ServerResponse): void => {
    const fits =
      asked.get('client_id') === client.clientId && asked.get('redirect_uri') === redirectUri && asked.get('response_type') === 'code' &&
      asked.get('code_challenge_method') === 'S256' && asked.get('scope')?.split(' ').includes('openid') === true;
    if (!fits) return json(response, 400, { error: 'invalid_request' });
    const code = randomBytes(16).toString('base64url');
    provider.secrets.push(code);
    grants.set(code, { person: asked.has('sub') ? { sub: asked.get('sub') ?? '' } : provider.person, nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '', redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    if (provider.lie !== 'no issuer in the answer') back.searchParams.set('iss', provider.lie === 'another issuer in the answer' ? 'https://evil.example' : issuer);
    response.writeHead(303, { location: back.href }).end();
  };

  const token = async (request: IncomingMessage, asked: URLSearchParams, response: ServerResponse): Promise<void> => {
    const [code, verifier] = [asked.get('code') ?? '', asked.get('code_verifier') ?? ''];
    provider.secrets.push(verifier);
    const grant = grants.get(code);
    if (!provider.forgetful) grants.delete(code);
    const basic = `Basic ${btoa([client.clientId, client.clientSecret].map((part) => new URLSearchParams({ part }).toString().slice(5)).join(':'))}`;
    if (request.headers.authorization !== basic) return json(response, 401, { error: 'invalid_client' });
    const proved = createHash('sha256').update(verifier).digest('base64url') === grant?.challenge;
    if (!grant || !proved || asked.get('redirect_uri') !== grant.redirectUri) return json(response, 400, { error: 'invalid_grant' });
    const idToken = await tokenFor(grant);
    const accessToken = randomBytes(16).toString('base64url');
    provider.secrets.push(accessToken, idToken);
    return json(response, 200, { access_token: accessToken, token_type: 'Bearer', expires_in: 300, ...(provider.lie === 'no ID token' ? {} : { id_token: idToken }) });
  };

  const tokenFor = async ({ person, nonce }: Grant): Promise<string> => {
    const { lie } = provider;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...person,
      ...(lie === 'no issuer in the token' ? {} : { iss: lie === 'wrong issuer' ? 'https://evil.example' : issuer }),
      ...(lie === 'no nonce' ? {} : { nonce: lie === 'wrong nonce' ? 'another' : nonce }),
      aud: lie === 'wrong audience' ? 'another' : lie === 'another party' ? [client.clientId, 'another'] : client.clientId,
      ...(lie === 'another party' ? { azp: 'another' } : {}),
      iat: now - (lie === 'expired' ? 7200 : 0),
      exp: now + (lie === 'expired' ? -3600 : 300),
    };
    if (lie === 'not signed') return new UnsecuredJWT(claims).encode();
    // The oldest trick with these tokens: the public key, or here the client's secret, as the key of an HMAC.
    if (lie === 'symmetric key') return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(client.clientSecret));
    const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(lie === 'unknown key' ? stranger.privateKey : privateKey);
    if (lie !== 'changed after signing') return signed;
    const [header, , signature] = signed.split('.');
    return [header, Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url'), signature].join('.');
  };

  const provider: Provider = {
    issuer,
    client,
    returnTo: (address) => (redirectUri = address),
    person: { sub: 'nobody' },
    lie: null,
    forgetful: false,
    secrets: [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return provider;
};
