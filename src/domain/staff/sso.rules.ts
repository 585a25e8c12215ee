import type { Identity } from '#identity/openid';

/** How long a person may take at the provider. */
export const attemptMs = 10 * 60_000;

/** Authentication context classes that name more than one factor (OpenID EAP ACR Values 1.0; REFEDS MFA Profile). */
const resistant = ['phr', 'phrh'];
const several = ['https://refeds.org/profile/mfa'];

/**
 * The factor that a session by single sign-on is opened with: only what the provider says was shown counts, and where it
 * says nothing, one factor was. Methods by RFC 8176: `mfa` with a key in hardware or a smart card is as good as WebAuthn.
 */
export const factorOf = ({ amr, acr }: Pick<Identity, 'amr' | 'acr'>): 'password' | 'totp' | 'webauthn' => {
  const multiple = amr.includes('mfa');
  if (resistant.includes(acr ?? '') || (multiple && (amr.includes('hwk') || amr.includes('sc')))) return 'webauthn';
  return multiple || several.includes(acr ?? '') ? 'totp' : 'password';
};
