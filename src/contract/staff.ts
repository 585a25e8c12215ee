import { z } from 'zod';
import { Id, Instant, LocalDate, saying, text } from './common.ts';
import { Filing } from './filing.ts';
import { Channel, Kind, Language, Outcome, Priority, Programme, Role, Status } from './words.ts';

export const SignIn = z.strictObject({ login: text(100), password: text(128), totp: text(12).optional() });
export const Me = z.object({
  id: Id,
  login: z.string(),
  name: z.string(),
  role: Role,
  centre: z.object({ id: z.string(), names: z.record(z.string(), z.string()) }).nullable(),
  language: Language,
});
export type Me = z.infer<typeof Me>;

export const QueueView = z.object({
  id: z.string(),
  name: z.string(),
  names: z.record(z.string(), z.string()),
  centre: z.string(),
  waiting: z.int(),
});
export type QueueView = z.infer<typeof QueueView>;

/** A queue to which a case may be sent: of any centre, restricted ones too. */
export const Destination = z.object({
  id: z.string(),
  names: z.record(z.string(), z.string()),
  centre: z.string(),
  centreNames: z.record(z.string(), z.string()),
});
export type Destination = z.infer<typeof Destination>;

/** A case as lists and actions give it. Name and phone are masked. */
export const CaseSummary = z.object({
  id: Id,
  version: z.int(),
  reference: z.string(),
  kind: Kind,
  status: Status,
  channel: Channel,
  language: Language.nullable(),
  category: z.string().nullable(),
  subcategory: z.string().nullable(),
  programme: Programme.nullable(),
  province: z.string().nullable(),
  centre: z.string().nullable(),
  queue: z.string().nullable(),
  priority: Priority,
  receivedAt: Instant,
  legalDueDate: LocalDate,
  operationalDueAt: Instant.nullable(),
  assignedTo: z.object({ id: Id, name: z.string() }).nullable(),
  citizen: z.object({ name: z.string().optional(), phone: z.string().optional() }),
  preview: z.string(),
});
export type CaseSummary = z.infer<typeof CaseSummary>;

export const CaseList = z.object({ items: z.array(CaseSummary), nextCursor: z.string().nullable() });
export type CaseList = z.infer<typeof CaseList>;

export const CaseListQuery = z.strictObject({
  queue: text(40).optional(),
  state: Status.optional(),
  centre: text(40).optional(),
  category: text(40).optional(),
  q: text(200).optional(),
  due: z.enum(['late', 'week', 'fortnight']).optional(),
  mine: z.stringbool().optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type CaseListQuery = z.infer<typeof CaseListQuery>;

export const messageStates = [
  'received', 'routed', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'withheld', 'shown',
] as const;
const messageKinds = ['narrative', 'follow_up', 'acknowledgement', 'reply', 'question', 'resolution'] as const;

export const CaseDetail = CaseSummary.extend({
  submitter: z.object({ name: z.string().nullable(), relationship: z.string() }).nullable(),
  commune: z.string().nullable(),
  outcome: Outcome.nullable(),
  messages: z.array(
    z.object({
      id: Id,
      at: Instant,
      direction: z.enum(['in', 'out']),
      channel: Channel,
      kind: z.enum(messageKinds),
      text: z.string(),
      state: z.enum(messageStates),
      errorCode: z.string().nullable(),
      author: z.string().nullable(),
    }),
  ),
  notes: z.array(z.object({ at: Instant, author: z.string().nullable(), text: z.string() })),
  events: z.array(z.object({ at: Instant, type: z.string(), actor: z.string(), data: z.record(z.string(), z.unknown()) })),
  deadlines: z.array(
    z.object({
      kind: z.enum(['legal', 'operational']),
      basis: z.string(),
      dueDate: LocalDate.nullable(),
      dueAt: Instant.nullable(),
      metAt: Instant.nullable(),
    }),
  ),
  assignments: z.array(z.object({ operator: z.string(), from: Instant, to: Instant.nullable() })),
  feedback: z.object({ rating: z.int(), solved: z.boolean(), comment: z.string().nullable() }).nullable(),
  moves: z.array(Status).meta({ description: 'The moves that this person may make now.' }),
});
export type CaseDetail = z.infer<typeof CaseDetail>;

/** A case taken by an operator on the phone or at the counter. */
export const StaffFiling = Filing.extend({ channel: z.enum(['phone', 'counter']) });

const version = z.int().min(1);
const reason = saying(1000);
export const Claim = z.strictObject({ version });
export const Release = z.strictObject({ version, reason });
export const Assign = z.strictObject({
  version,
  operator: Id.optional(),
  queue: text(40).optional(),
  category: text(40).optional(),
  reason,
});
export const Reply = z.strictObject({
  version,
  text: saying(1500),
  question: z.boolean().optional().meta({ description: 'The case waits for the citizen afterwards.' }),
});
export const Note = z.strictObject({ version, text: saying(5000) });
export const Move = z.strictObject({
  version,
  to: Status,
  reason: reason.optional(),
  outcome: Outcome.optional(),
  text: saying(1500).optional().meta({ description: 'What the citizen is told; needed to resolve.' }),
});
