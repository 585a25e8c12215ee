import type { CaseDetail, Me } from '#contract/staff';
import { finalStatuses, type Status } from '#contract/words';

/** These moves come about by other means: resolving, asking, claiming, giving back, or naming the surviving case. */
const elsewhere: readonly Status[] = ['resolved', 'awaiting_citizen', 'duplicate', 'assigned'];

export type OtherAction = 'release' | 'assign' | 'merge' | 'unmerge' | 'split' | Status;

type Allowed = { claim: boolean; reply: boolean; resolve: boolean; other: OtherAction[] };

/**
 * What a person may be offered on a case. The server decides; this only spares them buttons that it would refuse:
 * whoever holds a case works it, and a supervisor may step in.
 */
export function allowedTo(me: Pick<Me, 'id' | 'role'>, one: Pick<CaseDetail, 'assignedTo' | 'status' | 'moves'>): Allowed {
  const holds = one.assignedTo?.id === me.id || me.role === 'supervisor';
  const ended = one.status === 'resolved' || finalStatuses.some((status) => status === one.status);
  const claim = !one.assignedTo && one.status === 'assigned' && one.moves.includes('in_progress');
  const free = !one.assignedTo || holds;
  // A merged case can only be taken out again.
  if (one.status === 'duplicate') return { claim, reply: false, resolve: false, other: ['unmerge'] };
  const routable = one.status === 'assigned' || one.moves.includes('assigned');
  return {
    claim,
    reply: holds && !ended,
    resolve: holds && one.moves.includes('resolved'),
    other: !free ? [] : [
      ...(one.assignedTo && one.moves.includes('assigned') ? ['release' as const] : []),
      ...(routable ? ['assign' as const] : []),
      ...(one.moves.includes('duplicate') ? ['merge' as const] : []),
      ...one.moves.filter((to) => !elsewhere.includes(to) && !(claim && to === 'in_progress')),
    ],
  };
}

/** Texts that can become a case of their own, if another person wrote them: not the first, none with files, none of a sealed case or a restricted queue. */
export const splittable = ({ messages, attachments, readers, restricted }: Pick<CaseDetail, 'messages' | 'attachments' | 'readers' | 'restricted'>): CaseDetail['messages'] =>
  readers !== null || restricted ? [] : messages.filter(({ id, direction, kind, channel }) => direction === 'in' && kind === 'follow_up' && (channel === 'sms' || channel === 'whatsapp') && attachments.every(({ messageId }) => messageId !== id));

/** Whom a person may keep from a case: a supervisor anybody, whoever works in the centre themselves. Nothing of one that was erased. */
export function keepsOut({ role }: Pick<Me, 'role'>, { readers, events }: Pick<CaseDetail, 'readers' | 'events'>): { seal: boolean; unseal: boolean; block: 'anybody' | 'oneself' | 'nobody' } {
  const erased = events.some(({ type }) => type === 'case.erased');
  const supervises = role === 'supervisor' && !erased;
  return {
    seal: supervises,
    unseal: supervises && readers !== null,
    block: supervises ? 'anybody' : role === 'operator' && !erased ? 'oneself' : 'nobody',
  };
}
