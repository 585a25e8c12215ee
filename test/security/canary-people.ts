import type { Canaries } from './canary.ts';

/** Where somebody comes from, and how they write a phone number. `sealed` tells of an official; `erring` is whose case fails. */
const spellings = {
  page: ([a, b, c, d]: string[]) => `0${a} ${b} ${c} ${d}`.replace(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'[Number(digit)] ?? ''),
  api: ([a, b, c, d]: string[]) => `+212 ${a}-${b}-${c}-${d}`,
  sms: ([a, b, c, d]: string[]) => `0${a}.${b}.${c}.${d}`,
  phone: ([a, b, c, d]: string[]) => `00212${a}${b}${c}${d}`,
  counter: ([a, b, c, d]: string[]) => `0${a}${b}${c}${d}`,
  sealed: ([a, b, c, d]: string[]) => `+212${a} ${b} ${c} ${d}`,
  erring: ([a, b, c, d]: string[]) => `(0${a}) ${b}/${c}/${d}`,
};
export type Origin = keyof typeof spellings;
export const origins = ['page', 'api', 'sms', 'phone', 'counter', 'sealed', 'erring'] as const satisfies Origin[];

/**
 * Somebody whose every detail is distinctive. What they give in a field of its own (`name`, `phone`, ...) differs from what
 * they tell in their own words (`told.name`, ...), so that it can be said of each where it may be found.
 */
export const personFrom = (canaries: Canaries, origin: Origin) => {
  const number = origins.indexOf(origin) + 1;
  const own = `${origin}qz`;
  const plant = (field: string, word: string) => canaries.plant(`${origin}.${field}`, `${word}${own}`);
  const phone = (field: string, ends: string) => {
    const digits = `66198${ends}${number}`;
    return canaries.plantNumber(`${origin}.${field}`, digits, spellings[origin]([digits.slice(0, 3), digits.slice(3, 5), digits.slice(5, 7), digits.slice(7)]));
  };
  const told = {
    word: plant('told.word', 'Recit'),
    name: canaries.plant(`${origin}.told.name`, `Vu${own}`, `سعيد${'ابتثجحخ'[number]}كناري`),
    phone: phone('told.phone', '706'),
    cin: canaries.plantNumber(`${origin}.told.cin`, `QK98760${number}`, `QK 98760${number}`),
    email: canaries.plant(`${origin}.told.email`, `dit.${own}@fuite.example`),
    address: canaries.plant(`${origin}.told.address`, `زنقة ${'ابتثجحخ'[number]}كنارية`),
  };
  return {
    origin,
    name: canaries.plant(`${origin}.name`, `Nom${own}`, `${'ابتثجحخ'[number]}نومقز`),
    phone: phone('phone', '805'),
    email: canaries.plant(`${origin}.email`, `donne.${own}@fuite.example`),
    submitter: plant('submitter', 'Depose'),
    relationship: plant('relationship', 'Lien'),
    commune: plant('commune', 'Hay'),
    told,
    narrative: `${told.word} ${told.name} ${told.address}: توقف الدعم، رقمي ${told.phone}، بطاقتي ${told.cin}، ${told.email}`,
    followUp: plant('followUp', 'Suite'),
    reply: plant('reply', 'Reponse'),
    question: plant('question', 'Question'),
    note: plant('note', 'Note'),
    reason: plant('reason', 'Motif'),
    referral: plant('referral', 'Renvoi'),
    partner: plant('partner', 'Partenaire'),
    conflict: plant('conflict', 'Conflit'),
    sealing: plant('sealing', 'Scelle'),
    unsealing: plant('unsealing', 'Descelle'),
    merging: plant('merging', 'Joint'),
    unmerging: plant('unmerging', 'Disjoint'),
    resolution: plant('resolution', 'Issue'),
    comment: plant('comment', 'Avis'),
    exif: plant('exif', 'Exif'),
    fileName: plant('fileName', 'Fichier'),
    key: plant('idempotencyKey', 'Cle'),
  };
};
export type Person = ReturnType<typeof personFrom>;

/** What any way in gives of a person: the filing of the contract. */
export const filingBy = (person: Person, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'complaint',
  text: person.narrative,
  language: 'fr',
  territory: { province: 'MA-SAL', commune: person.commune },
  contact: { name: person.submitter, phone: person.phone, email: person.email },
  onBehalfOf: { name: person.name, relationship: person.relationship },
  consent: true,
  ...more,
});
