import * as oidc from 'openid-client';

/** What one attempt to sign in is bound to. Each is unguessable, and good for that attempt only. */
export type Attempt = { state: string; nonce: string; verifier: string };

/**
 * Who came back, as the provider vouches for. `issuer` and `subject` together are the only name that a provider promises
 * never to give to somebody else (OpenID Connect Core, section 5.7); e-mail and names are not even read.
 */
export type Identity = { issuer: string; subject: string; amr: readonly string[]; acr: string | null };

export type IdentityProvider = {
  /** Where the browser goes to sign in. @throws Error the provider cannot be reached, or is not the issuer that it is taken for */
  addressFor(attempt: Attempt): Promise<URL>;
  /**
   * Exchanges the code in the answer. Checked are state, nonce, PKCE, the issuer of answer and token, audience, expiry and
   * signature of the ID token.
   *
   * @param answer the query with which the browser came back
   * @throws Error any of these is wrong
   */
  identify(answer: string, attempt: Attempt): Promise<Identity>;
};

/** At most 255 ASCII characters (OpenID Connect Core, section 2): none that only looks like another. */
export const isSubject = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

/** One spelling of an issuer, so that what was linked is found whoever typed it: `https://id.example` is `https://id.example/`. */
export const issuerOf = (url: string): string => new URL(url).href;

/**
 * The administration's OpenID Connect provider, by code flow with PKCE. It is looked up at the first use and then known
 * until the process ends; a change of its keys is noticed, one of its addresses needs a restart.
 *
 * @param redirectUri the one address to which it may send anybody back
 */
export const openProvider = (settings: { issuer: string; clientId: string; clientSecret: string; redirectUri: string }): IdentityProvider => {
  const server = new URL(settings.issuer);
  let known: Promise<oidc.Configuration> | null = null;
  const configuration = (): Promise<oidc.Configuration> =>
    (known ??= oidc
      .discovery(server, settings.clientId, undefined, clientAuthentication(settings.clientSecret), {
        timeout: 5,
        // The library takes the signature as proved by TLS; a proxy in between may end that.
        execute: [oidc.enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])],
      })
      .catch((error: unknown) => {
        known = null;
        throw error;
      }));

  return {
    async addressFor({ state, nonce, verifier }) {
      return oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: settings.redirectUri,
        scope: 'openid',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async identify(answer, { state, nonce, verifier }) {
      const returned = new URL(settings.redirectUri);
      returned.search = answer;
      const tokens = await oidc.authorizationCodeGrant(await configuration(), returned, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      const { sub: subject, amr, acr } = claims;
      if (!isSubject(subject)) throw new Error('the subject is not what the standard allows');
      return {
        issuer: issuerOf(settings.issuer),
        subject,
        amr: Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [],
        acr: typeof acr === 'string' ? acr : null,
      };
    },
  };
};

/** In the header where the provider takes it there (the default of OpenID Connect Discovery, section 3), else in the body. */
const clientAuthentication = (secret: string): oidc.ClientAuth => {
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, ...request) =>
    ((server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']).includes('client_secret_basic') ? basic : post)(server, ...request);
};
