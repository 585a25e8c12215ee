import type { Channel } from '#channels/channel';
import type { Voice } from '#channels/voice';
import type { Database } from '#db/client';
import type { KeyStore } from '#db/key-store';
import type { FileStore } from '#files/store';
import type { Prompts } from '#files/prompts';
import type { Scanner } from '#files/scanner';
import type { Jobs } from '#jobs/jobs';
import type { IdentityProvider } from '#identity/openid';
import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { Verifier } from '#lib/note';
import type { Live } from '#live/bus';
import type { Admission } from './challenge/admission.actions.ts';
import type { InboundRow } from './messages/inbound.actions.ts';
import type { Draft, FiledCase } from './cases/intake.actions.ts';

/** What every action and query is given. Built once, in deps.ts. */
export type Context = {
  db: Database;
  /** The data keys of citizens, in a database of their own. */
  keys: KeyStore;
  clock: Clock;
  log: Log;
  jobs: Pick<Jobs, 'add'>;
  live: Pick<Live, 'publish'>;
  /** Kept outside the database: the citizen's code is derived from it and checked against it. */
  codeKey: Buffer;
  /** Who may sign checkpoints along. */
  witnesses: readonly Verifier[];
  /** Whether staff must have a second factor (outside the demo), and what their keys are bound to (WebAuthn's relying party). */
  secondFactor: { required: boolean; rpId: string; origins: readonly string[] };
  /** Kept outside the database: what makes a phone number findable (`blindIndex`). */
  indexKey: Buffer;
  /** The channels that are configured, the preferred of each name first; nothing is sent on one that is not there. */
  channels: readonly Channel[];
  /** The line's telephone, and what was recorded for its menu; null where it is off. */
  telephone: { voice: Voice; prompts: Prompts } | null;
  /** How many acknowledgements may leave by SMS in a day. */
  smsDailyCap: number;
  /** Of how few cases observers are told no figure. */
  smallestCell: number;
  /** The administration's provider for single sign-on; null where none is configured. */
  sso: IdentityProvider | null;
  /** Where the bytes of attachments are. */
  files: FileStore;
  /** Looks for malware; null where none is configured, and what only it can clear stays shut. */
  scanner: Scanner | null;
  /** The group-committing writer of web filings; null where the idempotency key was used for something else. */
  intake: { add(draft: Draft): Promise<FiledCase | null> };
  /** Lets filings in, and asks for a challenge when too many come. */
  admission: Admission;
  /** The group-committing writer of inbound messages. */
  inbox: { add(row: InboundRow): Promise<'stored'> };
};
