import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Assertion, Attestation } from '#contract/factors';

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();

/** CBOR (RFC 8949), as far as an authenticator speaks it: small integers, bytes, text, maps. */
type Cbor = number | string | Buffer | ReadonlyMap<number | string, Cbor>;
const head = (major: number, value: number): Buffer => {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  return value < 256 ? Buffer.from([(major << 5) | 24, value]) : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
};
const cbor = (value: Cbor): Buffer => {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])]);
};

/** A page of this origin asks, for this relying party. */
export type Page = { origin: string; rpId: string };

/**
 * An authenticator in software, after WebAuthn level 3, sections 5.8.1 (client data), 6.1 (authenticator data), 6.3 and
 * 6.5 (attestation "none"): one key on P-256, user present. `counter` is what it says next; to set it back is to clone it.
 */
export const softwareAuthenticator = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  const state = { counter: 1 };
  const clientData = (type: string, challenge: string, { origin }: Page): Buffer => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authData = ({ rpId }: Page, flags: number, more = Buffer.alloc(0)): Buffer => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(state.counter);
    state.counter += 1;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter, more]);
  };
  return {
    state,
    create(challenge: string, page: Page): Attestation {
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor(coseKey(publicKey))]);
      const attestation = cbor(new Map<string, Cbor>([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData(page, 0x41, credential)]]));
      return {
        id: id.toString('base64url'),
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, page).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['usb'],
        },
      };
    },
    get(challenge: string, page: Page): Assertion {
      const data = clientData('webauthn.get', challenge, page);
      const authenticatorData = authData(page, 0x01);
      return {
        id: id.toString('base64url'),
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: sign('sha256', Buffer.concat([authenticatorData, sha256(data)]), privateKey).toString('base64url'),
        },
      };
    },
  };
};
export type SoftwareAuthenticator = ReturnType<typeof softwareAuthenticator>;

/** COSE (RFC 9053): EC2, ES256, P-256, x, y. */
const coseKey = (key: KeyObject): ReadonlyMap<number, Cbor> => {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return new Map<number, Cbor>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]);
};
