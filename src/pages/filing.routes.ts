import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Challenge } from '#contract/challenge';
import { Filing } from '#contract/filing';
import type { Language } from '#contract/words';
import { dropUploads } from '#domain/attachments/uploads.actions';
import { fileCase } from '#domain/cases/filing.actions';
import { callerOf } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { AppError, type ErrorCode, type FieldError } from '#lib/errors';
import { isDatabaseAway } from '#lib/outage';
import { FilingForm, filingOf } from './filing-form.ts';
import { aboutFiles, readForm } from './posted-form.ts';
import { allowScript, retryLater, sendPage } from './html.ts';
import { problemsOf } from './problems.ts';
import { views } from './views.ts';

const policy = { config: { policy: 'public' } } as const;

/**
 * The form and its answer. The POST itself shows the receipt: a redirect would put the code into an address or a
 * cookie. A reload or a double click posts the same key, and gets the same receipt.
 */
export function filingRoutes(app: FastifyInstance, ctx: Context, language: Language): void {
  app.get('/file', policy, (_request, reply) =>
    sendPage(reply, views.filing({ form: { language, values: { kind: 'complaint' }, problems: [] }, uploads: [], idempotencyKey: randomUUID() })),
  );

  app.post('/file', { config: { policy: 'public', unlimited: true } }, async (request, reply) => {
    const { fields, uploads, problems: faults } = await readForm(ctx, request);
    const posted = FilingForm.safeParse(fields);
    if (!posted.success) {
      await dropUploads(ctx, uploads);
      throw new AppError('invalid');
    }
    const { idempotencyKey = randomUUID(), solution, ...values } = posted.data;
    const caller = callerOf(ctx, { address: request.ip, solution });
    const again = (status: number, problems: readonly FieldError[], refusal?: ErrorCode, challenge?: Challenge) =>
      sendPage(
        (challenge ? allowScript(reply) : reply).code(status),
        views.filing({
          form: { language, values, problems: aboutFiles(problems) },
          uploads: problems.some(({ code }) => code === 'unknown_upload') ? [] : uploads,
          // The key is spent when another text was filed under it: what is sent next is another case.
          idempotencyKey: refusal === 'key_reused' ? randomUUID() : idempotencyKey,
          ...(refusal && { refusal }),
          ...(challenge && { challenge }),
        }),
      );

    const filing = Filing.safeParse(filingOf(posted.data, language, uploads));
    // For want of room no complaint waits: it is filed without the file, and the receipt says so.
    const noRoom = faults.some(({ code }) => code === 'files_busy');
    if (!filing.success || faults.some(({ code }) => code !== 'files_busy')) return again(422, [...(filing.error ? problemsOf(filing.error) : []), ...faults]);
    try {
      const receipt = await ctx.admission.admit(caller, { form: true }, () => fileCase(ctx, filing.data, { channel: 'web', idempotencyKey }));
      // The same form sent again brought the same files again.
      if (receipt.repeated) await dropUploads(ctx, uploads);
      return sendPage(reply.code(receipt.repeated ? 200 : 201), views.receipt({ language, receipt, noRoom }));
    } catch (error) {
      // Whatever failed, the citizen keeps the text, and the same key makes trying again safe.
      if (!(error instanceof AppError)) request.log.error({ err: error }, 'a filing failed');
      const refusal = error instanceof AppError ? error : new AppError(isDatabaseAway(error) ? 'unavailable' : 'internal');
      retryLater(reply, refusal);
      if (refusal.code === 'challenge_needed') return again(refusal.status, [], refusal.code, await ctx.admission.challenge(caller));
      return refusal.code === 'invalid' ? again(422, refusal.errors ?? []) : again(refusal.status, [], refusal.code);
    }
  });
}
