import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import { CitizenMove, Feedback, FollowUp, type ReferenceAndCode } from '#contract/filing';
import type { Language } from '#contract/words';
import { callerOf, type Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { dropUploads } from '#domain/attachments/uploads.actions';
import { daysLeft } from '#domain/deadlines/deadlines.rules';
import { followUp, giveFeedback, moveByCitizen } from '#domain/tracking/tracking.actions';
import { readingsForCitizen, track } from '#domain/tracking/tracking.queries';
import { AppError, type ErrorCode, errorTable, type FieldError } from '#lib/errors';
import { lineOf, proseOf } from './filing-form.ts';
import { aboutFiles, readForm } from './posted-form.ts';
import { allowScript, retryLater, sendPage } from './html.ts';
import { problemsOf } from './problems.ts';
import type { Attempt } from './tracked-forms.tsx';
import { type Action, TrackingForm } from './tracking-form.ts';
import { views } from './views.ts';

const policy = { config: { policy: 'public' } } as const;

/**
 * Tracking. Everything is posted to one address, with both numbers each time; what a citizen does is named by the button.
 * Whoever has no right to the case learns only that the two numbers do not fit.
 */
export function trackingRoutes(app: FastifyInstance, ctx: Context, language: Language): void {
  app.get('/track', policy, (_request, reply) => sendPage(reply, views.track({ form: { language, values: {}, problems: [] } })));

  app.post('/track', { config: { policy: 'public', unlimited: true } }, async (request, reply) => {
    const { fields, uploads, problems: faults } = await readForm(ctx, request);
    const posted = TrackingForm.safeParse(fields);
    if (!posted.success) {
      await dropUploads(ctx, uploads);
      throw new AppError('invalid');
    }
    const form = posted.data;
    const missing = (['reference', 'code'] as const).filter((name) => lineOf(form[name]) === undefined);
    const values = { reference: form.reference };
    if (missing.length > 0) {
      const problems = missing.map((path) => ({ path, code: 'empty' }));
      await dropUploads(ctx, uploads);
      return sendPage(reply.code(422), views.track({ form: { language, values, problems } }));
    }
    const { solution, ...said } = form;
    const caller = callerOf(ctx, { address: request.ip, solution });
    try {
      return await show(ctx, caller, reply, language, form, { uploads, faults });
    } catch (error) {
      if (error instanceof AppError && error.code === 'challenge_needed') {
        const challenge = await ctx.admission.challenge(caller);
        return sendPage(allowScript(retryLater(reply, error).code(error.status)), views.challenge({ language, said, uploads, challenge }));
      }
      await dropUploads(ctx, uploads);
      if (!(error instanceof AppError)) throw error;
      retryLater(reply, error);
      return sendPage(reply.code(error.status), views.track({ form: { language, values, problems: [] }, refusal: error.code }));
    }
  });
}

type Sent = { uploads: readonly string[]; faults: readonly FieldError[] };

/** Does what was asked, then shows the case as it is now. @throws AppError where the case may not be seen */
async function show(ctx: Context, caller: Caller, reply: FastifyReply, language: Language, form: TrackingForm, files: Sent): Promise<FastifyReply> {
  const proof = { reference: form.reference ?? '', code: form.code ?? '' };
  const attempt = form.action && (await act(ctx, caller, form.action, proof, form, files));
  const tracked = await track(ctx, proof, caller);
  return sendPage(
    reply.code(attempt ? statusOf(attempt.refusal) : 200),
    views.tracked({
      language,
      tracked,
      readings: await readingsForCitizen(ctx, proof, caller),
      code: proof.code,
      left: daysLeft(tracked.legalDueDate, ctx.clock.now()),
      done: attempt ? undefined : form.action,
      attempt,
    }),
  );
}

const statusOf = (refusal: ErrorCode): number => (refusal === 'invalid' ? 422 : errorTable[refusal][0]);

/** What may be answered before a case is opened; then nothing of it may be shown. */
const unproven: readonly ErrorCode[] = ['not_found_or_wrong_code', 'too_many_attempts', 'challenge_needed'];

/** @returns what was refused and why, to be shown beside its form; undefined when it was done */
async function act(ctx: Context, caller: Caller, action: Action, proof: ReferenceAndCode, form: TrackingForm, { uploads, faults }: Sent): Promise<Attempt | undefined> {
  const refuse = (refusal: ErrorCode, problems: readonly FieldError[] = []): Attempt => ({
    action, refusal, problems: aboutFiles(problems), values: form, uploads: problems.some(({ code }) => code === 'unknown_upload') ? [] : uploads,
  });
  const attempt = async <T>(schema: z.ZodType<T>, input: object, work: (input: T) => Promise<void>) => {
    const parsed = schema.safeParse({ ...proof, ...input });
    if (!parsed.success || faults.length > 0) return refuse('invalid', [...(parsed.error ? problemsOf(parsed.error) : []), ...faults]);
    try {
      await work(parsed.data);
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError) || unproven.includes(error.code)) throw error;
      return refuse(error.code, error.errors);
    }
  };
  switch (action) {
    case 'message':
      return attempt(FollowUp, { text: proseOf(form.text), ...(uploads.length > 0 && { attachments: uploads }) }, (input) => followUp(ctx, input, caller));
    case 'feedback': {
      const solved = { yes: true, no: false }[form.solved ?? ''];
      const input = { rating: Number(form.rating ?? NaN), solved, comment: lineOf(proseOf(form.comment)) };
      return attempt(Feedback, input, (given) => giveFeedback(ctx, given, caller));
    }
    default:
      return attempt(CitizenMove, { reason: lineOf(proseOf(form.reason)) }, (input) => moveByCitizen(ctx, action, input, caller));
  }
}
