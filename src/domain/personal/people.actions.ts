import type { NewKey } from '#db/key-store';
import { blindIndex, seal } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from './places.rules.ts';

/** Whom a case is about and how they are reached, as it was said. */
export type People = {
  citizen_name?: string | undefined;
  submitter_name?: string | undefined;
  contacts: { kind: 'phone' | 'email' | 'whatsapp' | 'alnum'; value: string; main: boolean }[];
};

/** The same for the database: bytes in hexadecimal, sealed under the key of the case's citizen. */
export type SealedPeople = {
  citizen_id: string;
  citizen_name: string | undefined;
  submitter_name: string | undefined;
  contacts: { kind: string; index: string; value: string; main: boolean }[];
};

/** Seals what was said for a citizen and a case that are about to be stored. The key is to be kept before them. */
export const sealPeople = (
  ctx: Pick<Context, 'keys' | 'indexKey'>,
  caseId: string,
  citizenId: string,
  said: People,
): { key: NewKey; sealed: SealedPeople } => {
  const key = ctx.keys.make(citizenId);
  const hex = (place: Parameters<typeof seal>[1], text: string | undefined): string | undefined =>
    text === undefined ? undefined : seal(key.key, place, text).toString('hex');
  const sealed = {
    citizen_id: citizenId,
    citizen_name: hex(sealedAt.name(citizenId), said.citizen_name),
    submitter_name: hex(sealedAt.submitter(caseId), said.submitter_name),
    contacts: said.contacts.map(({ kind, value, main }) => {
      const index = blindIndex(ctx.indexKey, kind, value);
      return { kind, index: index.toString('hex'), value: seal(key.key, sealedAt.contact(citizenId, index), value).toString('hex'), main };
    }),
  };
  return { key, sealed };
};
