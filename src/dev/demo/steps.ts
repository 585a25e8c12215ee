import { eq } from 'drizzle-orm';
import type { CaseSummary } from '#contract/staff';
import { referralFields } from '#contract/referrals';
import { outcomes, type Outcome, type Status } from '#contract/words';
import { citizen, type StaffActor } from '#db/actor';
import { cases } from '#db/schema/tables';
import { claimCase } from '#domain/cases/holding.actions';
import { addNote, assignCase, moveCase, replyToCitizen } from '#domain/cases/work.actions';
import type { Caller } from '#domain/challenge/admission.actions';
import { mergeCase } from '#domain/merging/merging.actions';
import { referCase } from '#domain/referrals/referring.actions';
import { followUp, giveFeedback, moveByCitizen } from '#domain/tracking/tracking.actions';
import { deriveCode } from '#lib/code';
import { association } from './cast.ts';
import { fileAgain, sendSms } from './filing.ts';
import type { Verb } from './plots.ts';
import type { Story } from './story.ts';
import { fitting, wordsIn } from './words.ts';

type CitizenVerb = 'fileAgain' | 'write' | 'rateWell' | 'rateBadly' | 'appeal' | 'reopen' | 'withdraw';
type StaffVerb = Exclude<Verb, CitizenVerb>;

/** The holder, or whoever of the centre would take the case. */
const worker = ({ cast, stage, summary, turn }: Story): StaffActor =>
  summary?.assignedTo ? cast.byId(summary.assignedTo.id) : cast.worker(stage.seen(), turn);

const words = ({ summary }: Story) => wordsIn(summary?.language ?? null);
const category = ({ summary }: Story): string | null => summary?.category ?? null;

const answer = (story: Story, kind: 'reply' | 'ask'): Promise<CaseSummary> => {
  const { caseId, version } = story.stage.seen();
  const text = fitting(words(story)[kind], category(story));
  return replyToCitizen(story.stage.ctx, worker(story), caseId, { version, text, question: kind === 'ask' });
};

const move = (story: Story, actor: StaffActor, to: Status, more: { reason?: string; text?: string; outcome?: Outcome }): Promise<CaseSummary> => {
  const { caseId, version } = story.stage.seen();
  return moveCase(story.stage.ctx, actor, caseId, { version, to, ...more });
};

const resolve = (story: Story, outcome: Outcome): Promise<CaseSummary> =>
  move(story, worker(story), 'resolved', { outcome, text: fitting(words(story)[outcome], category(story)) });

/** One matter filed twice: the later case is handled with the one that stays. */
const mergeAway = (story: Story): Promise<CaseSummary> => {
  const { caseId, version } = story.stage.seen();
  return mergeCase(story.stage.ctx, worker(story), caseId, { version, into: story.survivor ?? '', reason: words(story).duplicate });
};

const byOutcome = Object.fromEntries(
  outcomes.map((outcome) => [outcome, (story: Story) => resolve(story, outcome)]),
) as Record<Outcome, (story: Story) => Promise<CaseSummary>>;

export const staffSteps: Record<StaffVerb, (story: Story) => Promise<CaseSummary>> = {
  ...byOutcome,
  claim: (story) => claimCase(story.stage.ctx, worker(story), story.stage.seen().caseId, story.stage.seen().version),
  handOver: (story) => {
    const { caseId, version } = story.stage.seen();
    const reason = words(story).handOver;
    return assignCase(story.stage.ctx, story.cast.byLogin('supervisor'), caseId, { version, operator: worker(story).id, reason });
  },
  note: (story) => addNote(story.stage.ctx, worker(story), story.stage.seen().caseId, { version: story.stage.seen().version, text: words(story).note }),
  reply: (story) => answer(story, 'reply'),
  ask: (story) => answer(story, 'ask'),
  refer: (story) => {
    const { caseId, version } = story.stage.seen();
    const to = story.turn % 2 === 0 ? association : 'entraide';
    return referCase(story.stage.ctx, worker(story), caseId, { version, to, fields: [...referralFields], reason: words(story).refer });
  },
  sendBack: (story) => move(story, worker(story), 'in_triage', { reason: words(story).sendBack }),
  spam: (story) => move(story, worker(story), 'spam', { reason: words(story).spam }),
  restore: (story) => move(story, worker(story), 'received', { reason: words(story).restore }),
  setDown: (story) => move(story, worker(story), 'received', { reason: words(story).sendBack }),
  reject: (story) => move(story, story.cast.byLogin('supervisor'), 'inadmissible', { reason: words(story).rejectReason, text: words(story).reject }),
  mergeAway,
};

const atHome: Caller = { network: 'demo', ours: true, solved: async () => true };

/** What the citizen types to open the own case. */
const typed = async ({ stage }: Story): Promise<{ reference: string; code: string }> => {
  const { caseId } = stage.seen();
  const [row] = await stage.ctx.db.withActor(citizen, (tx) => tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, caseId)));
  return { reference: row?.reference ?? '', code: deriveCode(stage.ctx.codeKey, caseId) };
};

const rate = (solved: boolean) => async (story: Story) => {
  const given = { rating: solved ? 5 - (story.turn % 2) : 2, solved };
  const comment = solved ? words(story).liked : words(story).disliked;
  // Most people only give the stars.
  await giveFeedback(story.stage.ctx, { ...(await typed(story)), ...given, ...(story.turn % 3 === 0 ? { comment } : {}) }, atHome);
};

const contest = (what: 'reopen' | 'appeal' | 'withdraw') => async (story: Story) => {
  const { more } = story.told;
  await moveByCitizen(story.stage.ctx, what, { ...(await typed(story)), ...(more === undefined ? {} : { reason: more }) }, atHome);
};

export const citizenSteps: Record<CitizenVerb, (story: Story) => Promise<void>> = {
  fileAgain: (story) => {
    story.survivor = story.stage.seen().caseId;
    return fileAgain(story);
  },
  write: async (story) => {
    const text = story.told.more ?? words(story).more;
    if (story.told.channel === 'sms') await sendSms(story, text);
    else await followUp(story.stage.ctx, { ...(await typed(story)), text }, atHome);
  },
  rateWell: rate(true),
  rateBadly: rate(false),
  appeal: contest('appeal'),
  reopen: contest('reopen'),
  withdraw: contest('withdraw'),
};

export const isStaffVerb = (verb: Verb): verb is StaffVerb => verb in staffSteps;
