import type { StaffActor } from '#db/actor';

type Role = StaffActor['role'];

/** What each role may do at all. Administrators configure and measure; they never touch a case. */
const verbs = {
  'session.enrol': ['operator', 'supervisor', 'administrator', 'observer', 'partner'],
  'totp.enrol': ['operator', 'partner'],
  'authenticator.enrol': ['supervisor', 'administrator', 'observer'],
  'session.own': ['operator', 'supervisor', 'administrator', 'observer', 'partner'],
  'queue.list': ['operator', 'supervisor'],
  'destination.list': ['operator', 'supervisor', 'administrator', 'observer'],
  'queue.next': ['operator', 'supervisor'],
  'case.list': ['operator', 'supervisor', 'partner'],
  'case.read': ['operator', 'supervisor', 'partner'],
  'attachment.read': ['operator', 'supervisor'],
  'case.readings': ['supervisor'],
  'case.file': ['operator', 'supervisor', 'partner'],
  'caller.find': ['operator', 'supervisor'],
  'case.hear': ['operator', 'supervisor'],
  'case.claim': ['operator', 'supervisor'],
  'case.release': ['operator', 'supervisor'],
  'case.assign': ['operator', 'supervisor'],
  'case.reply': ['operator', 'supervisor'],
  'case.note': ['operator', 'supervisor', 'partner'],
  'case.reveal': ['operator', 'supervisor'],
  'case.move': ['operator', 'supervisor'],
  'case.refer': ['operator', 'supervisor'],
  'case.merge': ['operator', 'supervisor'],
  'case.unmerge': ['operator', 'supervisor'],
  'case.split': ['operator', 'supervisor'],
  'referral.answer': ['partner'],
  'organisation.list': ['operator', 'supervisor', 'administrator'],
  'case.seal': ['supervisor'],
  'case.block': ['operator', 'supervisor'],
  'case.unblock': ['supervisor'],
  'colleague.list': ['supervisor'],
  'case.personal_data': ['supervisor'],
  'case.rectify': ['operator', 'supervisor'],
  'case.erase': ['supervisor'],
  'case.hold': ['supervisor'],
  'callback.list': ['operator', 'supervisor'],
  'callback.take': ['operator', 'supervisor'],
  'callback.done': ['operator', 'supervisor'],
  'voice.token': ['operator', 'supervisor'],
  'channel.list': ['operator', 'supervisor', 'administrator'],
  'channel.figures': ['supervisor', 'administrator'],
  'report.read': ['supervisor', 'administrator', 'observer'],
  'report.reveals': ['supervisor', 'administrator'],
  'centre.sign_out': ['supervisor', 'administrator'],
  'account.list': ['administrator'],
  'account.change': ['administrator'],
  'recovery.ask': ['administrator'],
  'recovery.confirm': ['supervisor', 'administrator'],
  'live.listen': ['operator', 'supervisor', 'administrator', 'observer'],
} as const satisfies Record<string, readonly Role[]>;

export type Verb = keyof typeof verbs;

/**
 * What is known of a case, a queue or a centre, as far as it decides who may see it. A case is in a restricted place while its
 * queue is one. `readers`: who alone may see a sealed case, null where it is not sealed. `blocked`: whom a conflict of interest
 * keeps from it, null for nobody. `referredTo`: the organisation that has it, where that is known; a live hint does not tell, as
 * no partner listens.
 */
export type Place = {
  centreId: string | null; restricted: boolean; readers: readonly string[] | null; blocked: readonly string[] | null; referredTo?: string | null;
};

/** What is so of a queue or a centre, and of most cases. */
export const ordinary = { restricted: false, readers: null, blocked: null } as const;

/** The fact is a value; or it is a list that names a person, or one that leaves them out. A list that is not there does neither. */
export type Test =
  | { fact: 'centreId' | 'restricted' | 'referredTo'; is: string | boolean | null }
  | { fact: 'readers' | 'blocked'; names: string }
  | { fact: 'readers' | 'blocked'; leavesOut: string };
export type Row = { name: string; does: 'opens' | 'shuts'; to: readonly Role[]; only?: readonly Verb[]; where?: (actor: StaffActor) => Test };

const everybody: readonly Role[] = ['operator', 'supervisor', 'administrator', 'observer', 'partner'];

/** On which objects: something must open the object to the person, and nothing shut it. */
export const rows: readonly Row[] = [
  { name: 'own centre', does: 'opens', to: ['operator', 'supervisor'], where: ({ centreId }) => ({ fact: 'centreId', is: centreId }) },
  { name: 'referred', does: 'opens', to: ['partner'], where: ({ organisationId }) => ({ fact: 'referredTo', is: organisationId ?? null }) },
  { name: 'any centre', does: 'opens', to: ['administrator'], only: ['centre.sign_out', 'recovery.confirm'] },
  { name: 'restricted queue', does: 'shuts', to: ['operator'], where: () => ({ fact: 'restricted', is: true }) },
  { name: 'sealed', does: 'shuts', to: everybody, where: ({ id }) => ({ fact: 'readers', leavesOut: id }) },
  { name: 'conflict of interest', does: 'shuts', to: everybody, where: ({ id }) => ({ fact: 'blocked', names: id }) },
];

/** The rows that speak of this person doing this. */
export const rowsFor = (actor: StaffActor, verb: Verb, table = rows): readonly Row[] =>
  table.filter(({ to, only }) => to.includes(actor.role) && (only?.includes(verb) ?? true));

const holds = (test: Test | undefined, object: Place): boolean => {
  if (test === undefined) return true;
  if ('is' in test) return test.is !== null && object[test.fact] === test.is;
  if ('names' in test) return object[test.fact]?.includes(test.names) === true;
  return object[test.fact]?.includes(test.leavesOut) === false;
};

/** `may`, by these rows. */
export const judge =
  (table: readonly Row[]) =>
  (actor: StaffActor, verb: Verb, object?: Place): boolean => {
    if (!(verbs[verb] as readonly Role[]).includes(actor.role)) return false;
    if (object === undefined) return true;
    const holding = rowsFor(actor, verb, table).filter(({ where }) => holds(where?.(actor), object));
    return holding.some(({ does }) => does === 'opens') && holding.every(({ does }) => does === 'opens');
  };

/**
 * The one table of rights: whether the person may do this to this object. Without an object: whether to any at all, which is
 * what a route asks before it knows one. access.queries asks the same of rows, the policies of the database once more.
 */
export const may = judge(rows);

/** What may be done with a session that has yet to enrol a second factor: that, and leave. */
const enrolling: ReadonlySet<Verb> = new Set<Verb>(['session.enrol', 'totp.enrol', 'authenticator.enrol']);
export const opensBeforeEnrolment = (verb: Verb): boolean => enrolling.has(verb);
