import { z } from 'zod';
import { Id, Instant, saying, shown, text, typedNumber } from './common.ts';

/** What proves who is there: the password first, then a number (RFC 6238) or a key (WebAuthn). */
const secondFactors = ['totp', 'webauthn'] as const;
export const SecondFactor = z.enum(secondFactors);
export type SecondFactor = z.infer<typeof SecondFactor>;
export const Factor = z.enum(['password', ...secondFactors]);
export type Factor = z.infer<typeof Factor>;

export const Totp = typedNumber.meta({ examples: ['492039'] });

/** Bytes in base64url, as browsers give them. */
const encoded = (max: number, example: string) => z.base64url().min(1).max(max).meta({ examples: [example] });
const credentialId = encoded(1400, 'Vd0RaSFP3cM6Fv7mRt8OpQ');
const clientDataJSON = encoded(4000, 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0');
const transports = z.array(text(20).meta({ examples: ['usb'] })).max(10);

/** What `navigator.credentials.get` gave, as far as it is checked (WebAuthn, section 7.2). */
export const Assertion = z.strictObject({
  id: credentialId,
  response: z.strictObject({
    clientDataJSON,
    authenticatorData: encoded(4000, 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg'),
    signature: encoded(4000, 'MEUCIQDx2k3V'),
  }),
});
export type Assertion = z.infer<typeof Assertion>;

/** What `navigator.credentials.create` gave (WebAuthn, section 7.1). */
export const Attestation = z.strictObject({
  id: credentialId,
  response: z.strictObject({ clientDataJSON, attestationObject: encoded(20_000, 'o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YQ'), transports }),
});
export type Attestation = z.infer<typeof Attestation>;

const challenge = shown('7c2Vd0RaSFP3cM6Fv7mRt8OpQxkq0mXJz5b9n2r4s6t');
const described = z.object({ id: shown('Vd0RaSFP3cM6Fv7mRt8OpQ'), type: z.literal('public-key'), transports: z.array(shown('usb')) });

/** For `navigator.credentials.get`. The challenge is good once, for five minutes. */
export const KeyRequest = z.object({
  challenge,
  rpId: shown('insat.example'),
  timeout: z.int(),
  userVerification: z.literal('preferred'),
  allowCredentials: z.array(described),
});
export type KeyRequest = z.infer<typeof KeyRequest>;

/** For `navigator.credentials.create`. */
export const KeyCreation = z.object({
  challenge,
  rp: z.object({ id: shown('insat.example'), name: shown('Insat') }),
  user: z.object({ id: shown('MDE5YWIwYzI'), name: shown('supervisor'), displayName: shown('supervisor') }),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
  timeout: z.int(),
  attestation: z.literal('none'),
  authenticatorSelection: z.object({ residentKey: z.literal('discouraged'), userVerification: z.literal('preferred') }),
  excludeCredentials: z.array(described),
});
export type KeyCreation = z.infer<typeof KeyCreation>;

/** One of these is needed; `webauthn` says what to ask the browser for. */
export const Asked = z.object({ factors: z.array(Factor), webauthn: KeyRequest.optional() });
export type Asked = z.infer<typeof Asked>;

export const StepUp = z.strictObject({
  totp: Totp.optional(),
  webauthn: Assertion.optional(),
  password: text(128).optional().meta({ examples: ['…'], description: 'Enough for a person who has enrolled nothing else.' }),
});
export type StepUp = z.infer<typeof StepUp>;

/** Told once. */
export const TotpSecret = z.object({
  secret: shown('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'),
  uri: shown('otpauth://totp/Insat:operator?issuer=Insat&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30'),
});
export type TotpSecret = z.infer<typeof TotpSecret>;
export const TotpConfirmation = z.strictObject({ totp: Totp });

export const NewAuthenticator = z.strictObject({ name: saying(60).meta({ examples: ['المفتاح الأزرق'] }), webauthn: Attestation });
export const Authenticator = z.object({ id: Id, name: shown('المفتاح الأزرق'), createdAt: Instant, lastUsedAt: Instant.nullable() });
export type Authenticator = z.infer<typeof Authenticator>;

export const Factors = z.object({
  /** The one that the person's role needs. */
  kind: SecondFactor,
  required: z.boolean(),
  totp: z.object({ enrolledAt: Instant }).nullable(),
  authenticators: z.array(Authenticator),
});
export type Factors = z.infer<typeof Factors>;
