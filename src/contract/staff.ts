import { z } from 'zod';
import { StandingBlock } from './access.ts';
import { Id, Instant, LocalDate, Names, saying, shown, text, typedNumber } from './common.ts';
import { Assertion, SecondFactor, Totp } from './factors.ts';
import { Filing, FollowUp } from './filing.ts';
import { Merged } from './merging.ts';
import { Referral } from './referrals.ts';
import { Channel, Kind, Language, Outcome, Priority, Programme, Role, Status } from './words.ts';

export const SignIn = z.strictObject({
  login: text(100).meta({ examples: ['operator'] }),
  password: text(128).meta({ examples: ['…'] }),
  totp: Totp.optional(),
  webauthn: Assertion.optional(),
});

export const SingleSignOn = z.object({ available: z.boolean() });
/** Why the console was come back to without a session; the value of `refused` in its address. */
export const ssoRefusals = ['sso_failed', 'sso_unknown', 'sso_unavailable'] as const;
export type SsoRefusal = (typeof ssoRefusals)[number];

const centreId = 'centre-06';
const queueId = 'general-06';
const personName = shown('سلمى بنعيسى');
export const Me = z.object({
  id: Id,
  login: shown('operator'),
  name: personName,
  role: Role,
  centre: z.object({ id: shown(centreId), names: Names }).nullable(),
  language: Language,
  telephone: z.boolean().meta({ description: 'Whether calls can be taken in the browser.' }),
  enrol: SecondFactor.nullable().meta({ description: 'The factor that must be enrolled before this session may do anything else.' }),
});
export type Me = z.infer<typeof Me>;

/** `lastSeenAt` is true to a minute. */
export const OpenSession = z.object({ id: Id, createdAt: Instant, lastSeenAt: Instant, current: z.boolean() });
export type OpenSession = z.infer<typeof OpenSession>;

export const SignedOut = z.object({ ended: z.int().meta({ description: 'How many sessions ended.' }) });

export const QueueView = z.object({
  id: shown(queueId),
  name: shown('العامة'),
  names: Names,
  centre: shown(centreId),
  waiting: z.int(),
});
export type QueueView = z.infer<typeof QueueView>;

/** A queue to which a case may be sent: of any centre, restricted ones too. */
export const Destination = z.object({
  id: shown(queueId),
  names: Names,
  centre: shown(centreId),
  centreNames: Names,
});
export type Destination = z.infer<typeof Destination>;

/** A case as lists and actions give it. Name and phone are masked. */
export const CaseSummary = z.object({
  id: Id,
  version: z.int(),
  reference: shown('2648391756'),
  kind: Kind,
  status: Status,
  channel: Channel,
  language: Language.nullable(),
  category: shown('REG').nullable(),
  subcategory: shown('REG.RSU').nullable(),
  programme: Programme.nullable(),
  province: shown('MA-CAS').nullable(),
  centre: shown(centreId).nullable(),
  queue: shown(queueId).nullable(),
  priority: Priority,
  receivedAt: Instant,
  legalDueDate: LocalDate,
  operationalDueAt: Instant.nullable(),
  assignedTo: z.object({ id: Id, name: personName }).nullable(),
  citizen: z.object({ name: shown('ف*** ا***').optional(), phone: shown('+2126****4445').optional() }),
  preview: shown('توقف الدعم منذ شهرين بدون تفسير…').nullable().meta({ description: 'Null once erased.' }),
});
export type CaseSummary = z.infer<typeof CaseSummary>;

const cursor = 'WzMsIjIwMjctMDEtMjEiLCIwMTlhYjBjMi03YzVlLTdkM2EtOWYxMC0yYjZmMWMwZTRkNTUiXQ';
export const CaseList = z.object({ items: z.array(CaseSummary), nextCursor: shown(cursor).nullable() });
export type CaseList = z.infer<typeof CaseList>;

export const CaseListQuery = z.strictObject({
  queue: text(40).optional().meta({ examples: [queueId] }),
  state: Status.optional(),
  centre: text(40).optional().meta({ examples: [centreId] }),
  category: text(40).optional().meta({ examples: ['REG'] }),
  q: text(200).optional().meta({ examples: ['264 839 1756'] }),
  due: z.enum(['late', 'week', 'fortnight']).optional(),
  mine: z.stringbool().optional().meta({ example: 'true' }),
  cursor: z.string().max(200).optional().meta({ examples: [cursor] }),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type CaseListQuery = z.infer<typeof CaseListQuery>;

export const messageStates = [
  'received', 'routed', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'withheld', 'shown',
] as const;
const messageKinds = ['narrative', 'follow_up', 'acknowledgement', 'reply', 'question', 'resolution', 'safety'] as const;

/** `received` and `scanning`: it is being looked at; `quarantined`: it waits for a scanner; `refused`: it is not kept. */
export const attachmentStates = ['received', 'scanning', 'quarantined', 'clean', 'refused'] as const;
export const refusalReasons = ['infected', 'unreadable', 'lost'] as const;

export const sendOutcomes = ['accepted', 'rejected', 'unknown'] as const;
export const failureClasses = ['transient', 'throttled', 'unreachable', 'config', 'sender', 'window', 'address', 'opted_out', 'policy', 'permanent'] as const;

/** A time at which a message was handed to a provider. */
const SendAttempt = z.object({
  at: Instant,
  endedAt: Instant.nullable(),
  outcome: z.enum(sendOutcomes).nullable().meta({ description: 'Null while the provider is asked. `unknown`: it gave no answer, and is asked what became of it.' }),
  class: z.enum(failureClasses).nullable().meta({ description: 'What kind of refusal it was.' }),
  code: shown('http_429').nullable().meta({ description: "The provider's code, or the network's." }),
});
export type SendAttempt = z.infer<typeof SendAttempt>;

export const CaseDetail = CaseSummary.extend({
  submitter: z.object({ name: shown('مريم').nullable(), relationship: shown('ابنتها') }).nullable(),
  commune: shown('سيدي مومن').nullable(),
  outcome: Outcome.nullable(),
  messages: z.array(
    z.object({
      id: Id,
      at: Instant,
      direction: z.enum(['in', 'out']),
      channel: Channel,
      kind: z.enum(messageKinds),
      text: shown('توقف الدعم منذ شهرين بدون تفسير.').nullable().meta({ description: 'Numbers, identity cards and addresses in it are masked. Null once erased.' }),
      state: z.enum(messageStates),
      errorCode: shown('30003').nullable(),
      attempts: z.array(SendAttempt).meta({ description: 'Each time that it was handed to the provider, the first one first.' }),
      nextTryAt: Instant.nullable().meta({ description: 'Until when a queued message waits; null where it leaves as soon as it can.' }),
      author: personName.nullable(),
    }),
  ),
  attachments: z.array(
    z.object({
      id: Id,
      messageId: Id.nullable(),
      at: Instant,
      type: shown('image/jpeg'),
      size: z.int().meta({ description: 'Bytes, as it came.' }),
      state: z.enum(attachmentStates),
      reason: z.enum(refusalReasons).nullable(),
    }),
  ),
  notes: z.array(z.object({ at: Instant, author: personName.nullable(), text: shown('اتصلت بالوكالة.').nullable() })),
  events: z.array(
    z.object({ at: Instant, type: shown('case.moved'), actor: personName, data: z.record(z.string(), z.unknown()).meta({ examples: [{ from: 'assigned', to: 'in_progress' }] }) }),
  ),
  deadlines: z.array(
    z.object({
      kind: z.enum(['legal', 'operational']),
      basis: shown('decree-2-17-265'),
      dueDate: LocalDate.nullable(),
      dueAt: Instant.nullable(),
      metAt: Instant.nullable(),
    }),
  ),
  assignments: z.array(z.object({ operator: personName, from: Instant, to: Instant.nullable() })),
  feedback: z.object({ rating: z.int(), solved: z.boolean(), comment: shown('شكرا على سرعة الجواب.').nullable() }).nullable(),
  readers: z.array(z.object({ id: Id, name: personName })).nullable().meta({ description: 'Who alone sees a sealed case; null where it is not sealed.' }),
  restricted: z.boolean().meta({ description: 'Whether it lies in a restricted queue.' }),
  blocks: z.array(StandingBlock).meta({ description: 'Whom a conflict of interest keeps from the case; told to supervisors alone.' }),
  moves: z.array(Status).meta({ description: 'The moves that this person may make now.' }),
  mergedInto: Merged.nullable().meta({ description: 'The case that this one is handled with, where it is in sight.' }),
  merged: z.array(Merged).meta({ description: 'Those that are handled with this one, as far as they are in sight.' }),
  contests: Merged.nullable().meta({ description: 'The case that this one was handled with, and whose answer its citizen contests, where it is in sight.' }),
  contestedBy: z.array(Merged).meta({ description: 'Those that were handled with this one and whose citizens contest its answer, as far as they are in sight.' }),
  referral: Referral.nullable().meta({ description: 'Who has the case outside, and what they may read of it.' }),
});
export type CaseDetail = z.infer<typeof CaseDetail>;

/** A case taken by an operator on the phone or at the counter, or brought by a partner for somebody whom it accompanies. */
export const StaffFiling = Filing.extend({ channel: z.enum(['phone', 'counter', 'partner']) });

/** Whose earlier cases are sought. */
export const Sought = z.strictObject({ phone: typedNumber.meta({ examples: ['0661 23 45 67'] }) });
/** What a citizen says of a case that they have, on the phone or at the counter. */
export const Heard = z.strictObject({ channel: z.enum(['phone', 'counter']), text: FollowUp.shape.text, attachments: FollowUp.shape.attachments });

const version = z.int().min(1);
const reason = saying(1000).meta({ examples: ['الملف من اختصاص مركز فاس.'] });
export const Claim = z.strictObject({ version });
export const Release = z.strictObject({ version, reason });
export const Assign = z.strictObject({
  version,
  operator: Id.optional(),
  queue: text(40).optional().meta({ examples: [queueId] }),
  category: text(40).optional().meta({ examples: ['REG.RSU'] }),
  reason,
});
export const Reply = z.strictObject({
  version,
  text: saying(1500).meta({ examples: ['نراجع ملفكم، ونجيبكم هذا الأسبوع.'] }),
  question: z.boolean().optional().meta({ description: 'The case waits for the citizen afterwards.' }),
});
export const Note = z.strictObject({ version, text: saying(5000).meta({ examples: ['اتصلت بالوكالة.'] }) });
export const Reveal = z.strictObject({ version: version.optional(), reason });
/** What is masked elsewhere. Null what was never given, or was erased. */
export const Revealed = z.object({
  name: shown('فاطمة الزهراء').nullable(),
  phone: shown('+212661234445').nullable(),
  email: shown('fatima@example.org').nullable(),
  submitter: shown('مريم').nullable(),
  narrative: shown('توقف الدعم منذ شهرين، رقمي 0661234445.').nullable(),
  messages: z.array(z.object({ id: Id, text: shown('رقمي 0661234445.').nullable() })).meta({ description: 'All that the citizen wrote.' }),
  left: z.int().meta({ description: 'How many more the person may reveal today.' }),
});
export type Revealed = z.infer<typeof Revealed>;
export const Move = z.strictObject({
  version,
  to: Status,
  reason: reason.optional(),
  outcome: Outcome.optional(),
  text: saying(1500).optional().meta({ examples: ['أعيد صرف الدعم ابتداء من هذا الشهر.'], description: 'What the citizen is told; needed to resolve.' }),
});
