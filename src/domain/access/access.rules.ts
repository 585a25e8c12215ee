import type { StaffActor } from '#db/actor';

/**
 * Who may do what: roles give verbs; centre and queue give rows (see `sightOf`). Every staff route names one verb.
 * Administrators configure and measure; they never touch a case.
 */
const verbs = {
  'session.enrol': ['operator', 'supervisor', 'administrator', 'observer', 'partner'],
  'totp.enrol': ['operator', 'partner'],
  'authenticator.enrol': ['supervisor', 'administrator', 'observer'],
  'session.own': ['operator', 'supervisor', 'administrator', 'observer', 'partner'],
  'queue.list': ['operator', 'supervisor'],
  'destination.list': ['operator', 'supervisor', 'administrator', 'observer'],
  'queue.next': ['operator', 'supervisor'],
  'case.list': ['operator', 'supervisor'],
  'case.read': ['operator', 'supervisor'],
  'attachment.read': ['operator', 'supervisor'],
  'case.readings': ['supervisor'],
  'case.file': ['operator', 'supervisor'],
  'case.claim': ['operator', 'supervisor'],
  'case.release': ['operator', 'supervisor'],
  'case.assign': ['operator', 'supervisor'],
  'case.reply': ['operator', 'supervisor'],
  'case.note': ['operator', 'supervisor'],
  'case.reveal': ['operator', 'supervisor'],
  'case.move': ['operator', 'supervisor'],
  'case.personal_data': ['supervisor'],
  'case.rectify': ['operator', 'supervisor'],
  'case.erase': ['supervisor'],
  'case.hold': ['supervisor'],
  'report.read': ['supervisor', 'administrator', 'observer'],
  'centre.sign_out': ['supervisor', 'administrator'],
  'account.list': ['administrator'],
  'account.change': ['administrator'],
  'recovery.ask': ['administrator'],
  'recovery.confirm': ['supervisor', 'administrator'],
  'live.listen': ['operator', 'supervisor', 'administrator', 'observer'],
} as const satisfies Record<string, readonly StaffActor['role'][]>;

export type Verb = keyof typeof verbs;

/** What may be done with a session that has yet to enrol a second factor: that, and leave. */
const enrolling: ReadonlySet<Verb> = new Set<Verb>(['session.enrol', 'totp.enrol', 'authenticator.enrol']);
export const opensBeforeEnrolment = (verb: Verb): boolean => enrolling.has(verb);

export const may = (actor: StaffActor, verb: Verb): boolean =>
  (verbs[verb] as readonly StaffActor['role'][]).includes(actor.role);

/** Where a case or a queue is, as far as sight depends on it. A case is in a restricted place while its queue is one. */
export type Place = { centreId: string | null; restricted: boolean };

/** What a place must be to be seen. What is absent does not matter. */
type Sight = { centreId: string; restricted?: boolean };

/**
 * The one definition of sight, null for nothing at all: the own centre; restricted queues for supervisors only. `sees`
 * asks it of one place, access.queries `inSight` of rows.
 */
export const sightOf = (actor: StaffActor): Sight | null => {
  if (!may(actor, 'case.read') || actor.centreId === null) return null;
  return { centreId: actor.centreId, ...(actor.role === 'supervisor' ? {} : { restricted: false }) };
};

/** Whether this place is within the person's sight. */
export const sees = (actor: StaffActor, place: Place): boolean => {
  const sight = sightOf(actor);
  return sight !== null && place.centreId === sight.centreId && (sight.restricted ?? place.restricted) === place.restricted;
};

/** Whether the person may end the sessions of a centre's staff: a supervisor of the own centre's, an administrator of any. */
export const mayEndSessionsOf = (actor: StaffActor, centreId: string): boolean =>
  may(actor, 'centre.sign_out') && (actor.role === 'administrator' || actor.centreId === centreId);
