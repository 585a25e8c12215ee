import { finalStatuses, type Role, type Status, statuses } from '#contract/words';

/** Who may move a case. `system` is a worker acting on a rule, on time passing or on what a citizen sent. */
export type Mover = 'citizen' | 'operator' | 'supervisor' | 'system';

/**
 * What must be true before a move, established by the action that asks for it:
 * - `routed` category and queue are known (`isRouted`)
 * - `reason` a reason is given, and kept in the event
 * - `told` the citizen was told, or telling was attempted
 * - `question` a question to the citizen exists
 * - `outside_body` the outside body is named, by the action that refers
 * - `outcome` an outcome code is given
 * - `inquiry` the case is an inquiry
 * - `released` whoever claimed the case gives it back, or the claim timed out
 * - `survivor` the case that this one is handled with is named
 * - `former_status` the case goes back to exactly where it came from
 * - `citizen_asked` the citizen's request is recorded
 * - `satisfied` the citizen says that it is solved
 * - `window_open` / `window_over` the time for reopening runs / has passed
 * - `first_appeal` no appeal was made before
 * - `legal_lapsed` the legal date has passed without an answer
 * - `answered` / `answered_or_late` the citizen of a merged case was told an answer / or the legal date has passed
 * - `erased` the case was over and erased before, in what a restored backup does not know of
 */
export type Condition =
  | 'routed' | 'reason' | 'told' | 'question' | 'outside_body' | 'outcome' | 'inquiry' | 'released' | 'survivor'
  | 'former_status' | 'citizen_asked' | 'satisfied' | 'window_open' | 'window_over' | 'first_appeal' | 'legal_lapsed'
  | 'answered' | 'answered_or_late' | 'erased';

type Row = {
  readonly from: readonly Status[];
  readonly to: readonly Status[];
  readonly who: readonly Mover[];
  readonly needs: readonly Condition[];
};

const final: ReadonlySet<Status> = new Set(finalStatuses);

/** Nothing more happens unless the case is reopened, appealed or the move undone. */
export const isFinal = (status: Status): boolean => final.has(status);

/** The citizen still waits for an answer: neither final nor resolved. */
export const isOpen = (status: Status): boolean => !isFinal(status) && status !== 'resolved';

/** Whether a case has a queue to wait in, and a subject to be found there by. */
export const isRouted = (found: { queueId: string | null; category: string | null }): boolean =>
  found.queueId !== null && found.category !== null;

const open = statuses.filter(isOpen);
const notFinal = statuses.filter((status) => !isFinal(status));
const answered: readonly Status[] = ['resolved', 'closed', 'inadmissible'];
/** A supervisor may do what an operator may: integrity cases are worked by supervisors alone. */
const staff: readonly Mover[] = ['operator', 'supervisor'];

/**
 * Every legal move, and nothing else is legal. At most one row answers to a (from, to, who).
 * An open appeal blocks closing by itself, because `under_appeal` is a state of its own. No rule of a machine ends a case:
 * `system` only routes, resumes, and closes what was answered, or what was erased once already.
 */
export const moves: readonly Row[] = [
  // Triage
  { from: ['received'], to: ['in_triage'], who: ['system', ...staff], needs: [] },
  { from: ['in_triage'], to: ['received'], who: ['system', ...staff], needs: ['released'] },
  { from: ['received', 'in_triage'], to: ['assigned'], who: ['system', ...staff], needs: ['routed'] },
  { from: ['received', 'in_triage'], to: ['spam'], who: staff, needs: ['reason'] },
  { from: ['spam'], to: ['received'], who: staff, needs: ['reason'] },
  { from: ['received', 'in_triage'], to: ['inadmissible'], who: ['supervisor'], needs: ['reason', 'told'] },
  // Work
  { from: ['assigned'], to: ['in_progress'], who: staff, needs: [] },
  { from: ['in_progress'], to: ['assigned'], who: ['system', ...staff], needs: ['released'] },
  { from: ['assigned', 'in_progress'], to: ['in_triage'], who: staff, needs: ['reason'] },
  { from: ['in_progress'], to: ['awaiting_citizen'], who: staff, needs: ['question'] },
  { from: ['awaiting_citizen'], to: ['in_progress'], who: ['system', ...staff], needs: [] },
  { from: ['in_progress'], to: ['referred'], who: staff, needs: ['outside_body'] },
  { from: ['referred'], to: ['in_progress'], who: ['system', ...staff], needs: [] },
  // Answer
  { from: ['in_progress', 'awaiting_citizen', 'referred'], to: ['resolved'], who: staff, needs: ['outcome', 'told'] },
  { from: ['assigned'], to: ['resolved'], who: staff, needs: ['inquiry', 'outcome', 'told'] },
  { from: ['resolved'], to: ['closed'], who: ['citizen'], needs: ['satisfied'] },
  { from: ['resolved'], to: ['closed'], who: ['system'], needs: ['window_over'] },
  { from: open, to: ['closed'], who: ['system'], needs: ['erased'] },
  // Reopening
  { from: answered, to: ['in_triage'], who: ['citizen'], needs: ['window_open'] },
  { from: answered, to: ['in_triage'], who: ['operator'], needs: ['window_open', 'citizen_asked'] },
  { from: answered, to: ['in_triage'], who: ['supervisor'], needs: ['reason'] },
  // Appeal
  { from: answered, to: ['under_appeal'], who: ['citizen'], needs: ['first_appeal'] },
  { from: answered, to: ['under_appeal'], who: staff, needs: ['first_appeal', 'citizen_asked'] },
  { from: open.filter((status) => status !== 'under_appeal'), to: ['under_appeal'], who: ['citizen'], needs: ['first_appeal', 'legal_lapsed'] },
  { from: open.filter((status) => status !== 'under_appeal'), to: ['under_appeal'], who: staff, needs: ['first_appeal', 'legal_lapsed', 'citizen_asked'] },
  { from: ['under_appeal'], to: ['in_progress', 'closed'], who: ['supervisor'], needs: ['reason'] },
  // From anywhere
  { from: notFinal, to: ['duplicate'], who: staff, needs: ['survivor'] },
  { from: ['duplicate'], to: notFinal, who: staff, needs: ['former_status'] },
  // It leaves the other case, which nobody but its own citizen moves: what is contested there is heard as this one.
  { from: ['duplicate'], to: ['in_triage'], who: ['citizen'], needs: ['answered', 'window_open'] },
  { from: ['duplicate'], to: ['under_appeal'], who: ['citizen'], needs: ['first_appeal', 'answered_or_late'] },
  { from: ['duplicate'], to: ['withdrawn'], who: ['citizen'], needs: [] },
  // The case that it was handled with ended without an answer.
  { from: ['duplicate'], to: open, who: ['system'], needs: ['former_status'] },
  { from: notFinal, to: ['withdrawn'], who: ['citizen'], needs: [] },
  { from: notFinal, to: ['withdrawn'], who: staff, needs: ['citizen_asked'] },
];

/** A role may be given as it is: administrators, observers and partners find no row, hence no move. */
type Actor = Mover | Role;

const rowsOf = (from: Status, who: Actor): Row[] =>
  moves.filter((row) => row.from.includes(from) && row.who.some((mover) => mover === who));

/** Where this actor could move a case from here, conditions aside, in the order of the statuses. */
export const legalMoves = (from: Status, who: Actor): Status[] => {
  const targets = new Set(rowsOf(from, who).flatMap((row) => row.to));
  return statuses.filter((status) => targets.has(status));
};

type Verdict =
  | { ok: true }
  | { ok: false; code: 'illegal_move'; legal: Status[] }
  | { ok: false; code: 'condition_unmet'; legal: Status[]; condition: Condition };

/**
 * Whether a case may move. Facts not given count as untrue.
 * Refusals carry the error code to answer with, the legal moves of this actor and the first unmet condition.
 */
export const checkMove = (
  asked: { from: Status; to: Status; who: Actor } & { [condition in Condition]?: boolean },
): Verdict => {
  const row = rowsOf(asked.from, asked.who).find((candidate) => candidate.to.includes(asked.to));
  const legal = legalMoves(asked.from, asked.who);
  if (row === undefined) return { ok: false, code: 'illegal_move', legal };
  const condition = row.needs.find((need) => asked[need] !== true);
  return condition === undefined ? { ok: true } : { ok: false, code: 'condition_unmet', legal, condition };
};
