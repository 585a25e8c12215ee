import type { StaffActor } from '#db/actor';

/**
 * Who may do what: roles give verbs; centre and queue give rows (see `sees`). Every staff route names one verb.
 * Administrators configure and measure; they never touch a case.
 */
const verbs = {
  'session.own': ['operator', 'supervisor', 'administrator', 'observer', 'partner'],
  'queue.list': ['operator', 'supervisor'],
  'destination.list': ['operator', 'supervisor', 'administrator', 'observer'],
  'queue.next': ['operator', 'supervisor'],
  'case.list': ['operator', 'supervisor'],
  'case.read': ['operator', 'supervisor'],
  'case.file': ['operator', 'supervisor'],
  'case.claim': ['operator', 'supervisor'],
  'case.release': ['operator', 'supervisor'],
  'case.assign': ['operator', 'supervisor'],
  'case.reply': ['operator', 'supervisor'],
  'case.note': ['operator', 'supervisor'],
  'case.move': ['operator', 'supervisor'],
  'report.read': ['supervisor', 'administrator', 'observer'],
  'centre.sign_out': ['supervisor', 'administrator'],
  'live.listen': ['operator', 'supervisor', 'administrator', 'observer'],
} as const satisfies Record<string, readonly StaffActor['role'][]>;

export type Verb = keyof typeof verbs;

export const may = (actor: StaffActor, verb: Verb): boolean =>
  (verbs[verb] as readonly StaffActor['role'][]).includes(actor.role);

/** Whether a case in this place is within the person's sight: own centre; restricted queues for supervisors only. */
export const sees = (actor: StaffActor, place: { centreId: string | null; restricted: boolean }): boolean =>
  may(actor, 'case.read') &&
  place.centreId !== null &&
  place.centreId === actor.centreId &&
  (!place.restricted || actor.role === 'supervisor');

/** Whether the person may end the sessions of a centre's staff: a supervisor of the own centre's, an administrator of any. */
export const mayEndSessionsOf = (actor: StaffActor, centreId: string): boolean =>
  may(actor, 'centre.sign_out') && (actor.role === 'administrator' || actor.centreId === centreId);
