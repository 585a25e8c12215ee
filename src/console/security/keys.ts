import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { Assertion, Attestation, KeyCreation, KeyRequest } from '#contract/factors';
import { ApiProblem } from '#console/api';

/** A person who turns away from the browser's question, or a browser that asks none, has made no key and shown none. */
const unused = (cause: unknown): never => {
  throw new ApiProblem('key_unused', { cause });
};

/** Asks the browser for an answer of one of the person's keys. Throws `ApiProblem`. */
export async function showKey(options: KeyRequest): Promise<Assertion> {
  const { id, response } = await startAuthentication({ optionsJSON: { ...options, allowCredentials: options.allowCredentials.map(known) } }).catch(unused);
  const { clientDataJSON, authenticatorData, signature } = response;
  return { id, response: { clientDataJSON, authenticatorData, signature } };
}

/** Asks the browser for a new key. Throws `ApiProblem`. */
export async function makeKey(options: KeyCreation): Promise<Attestation> {
  const { id, response } = await startRegistration({ optionsJSON: { ...options, excludeCredentials: options.excludeCredentials.map(known) } }).catch(unused);
  const { clientDataJSON, attestationObject, transports = [] } = response;
  return { id, response: { clientDataJSON, attestationObject, transports } };
}

/** How a key is reached is a hint; the browser finds one without. */
const known = ({ id, type }: KeyRequest['allowCredentials'][number]) => ({ id, type });
