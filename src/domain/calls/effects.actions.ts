import { and, eq, gt } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { calls } from '#db/schema/tables';
import { callbackEnded } from '#domain/callbacks/calling.actions';
import { requestCallback } from '#domain/callbacks/requesting.actions';
import type { Context } from '#domain/context';
import { callerOf, type Call } from './calls.queries.ts';
import type { CallEffect, CallEvent, CallState, Outcome, Step } from './call.rules.ts';
import { audioBody, dropRecording, keepRecordings, noteRecording, openFromCall } from './filing.actions.ts';
import { step } from './ivr.rules.ts';
import { answerSpoken } from './replying.actions.ts';

/**
 * Does what a step asks for, in the transaction that holds the call, and what follows from that, until something is to be
 * said; then writes the call.
 *
 * @param known what became of an effect that has a transaction of its own (a code that was tried, a rating)
 * @returns the call as it is now
 */
export const carryOut = async (ctx: Context, tx: Tx, call: Call, first: Step, known: CallEvent | null): Promise<Call> => {
  let now: Step = first;
  let outcome: Outcome | null = null;
  for (;;) {
    let answer: CallEvent | null = null;
    for (const effect of now.effects) {
      if (effect.do === 'end') outcome = effect.outcome;
      if (effect.do === 'callback_ended') outcome = effect.result;
      answer = (await perform(ctx, tx, call, now.state, effect, known)) ?? answer;
    }
    if (answer === null) break;
    now = step(now.state, answer);
  }
  return write(tx, call, now, outcome, ctx.clock.now());
};

const write = async (tx: Tx, call: Call, { state, verbs }: Step, outcome: Outcome | null, steppedAt: Date): Promise<Call> => {
  const answers = [...call.answers, { node: state.node, language: state.language, verbs }];
  const changed = {
    state, answers, steppedAt, language: state.language, version: answers.length,
    caseId: state.caseId ?? state.proved ?? call.caseId,
    // The first word on how a call ended stands, unless the caller is heard after all.
    outcome: call.outcome === null || outcome === 'filed' || outcome === 'callback' ? (outcome ?? call.outcome) : call.outcome,
  };
  await tx.db.update(calls).set(changed).where(eq(calls.id, call.id));
  return { ...call, ...changed };
};

const perform = async (ctx: Context, tx: Tx, call: Call, state: CallState, effect: CallEffect, known: CallEvent | null): Promise<CallEvent | null> => {
  switch (effect.do) {
    case 'look_up':
    case 'rate':
    case 'reopen':
      if (known === null) throw new Error('a step was taken without what it asked for');
      return known;
    case 'answer':
      return { type: 'answered', taken: await answerSpoken(ctx, tx, { callId: call.id, caseId: effect.caseId, recordingId: effect.recordingId }) };
    case 'file': {
      const phone = await callerOf(ctx, call);
      const caseId = await openFromCall(ctx, tx, { kind: effect.kind, language: state.language, phone, body: audioBody, recorded: true, since: call.startedAt });
      await noteRecording(ctx, tx, { callId: call.id, caseId, recordingId: effect.recordingId });
      return { type: 'filed', caseId };
    }
    case 'call_back': {
      const phone = await callerOf(ctx, call);
      if (phone === null || call.contactPointId === null) throw new Error('a call-back without a number');
      return { type: 'called_back', caseId: await requestCallback(ctx, tx, { contactPointId: call.contactPointId, phone, call: state, kind: effect.kind, since: call.startedAt }) };
    }
    case 'add_audio':
      if (state.caseId !== null) await noteRecording(ctx, tx, { callId: call.id, caseId: state.caseId, recordingId: effect.recordingId });
      return null;
    case 'keep_audio':
      await keepRecordings(ctx, tx, call.id);
      return null;
    case 'drop_audio':
      await dropRecording(ctx, tx, effect.recordingId);
      return null;
    case 'callback_ended':
      if (call.callbackId !== null && !(effect.result === 'operator_missed' && (await rungSince(tx, call)))) await callbackEnded(ctx, tx, call.callbackId, effect);
      return null;
    case 'end':
      return null;
  }
};

/** It is told late that nobody was there: it rings again by now, and that ring is not taken from whoever hears it. */
const rungSince = async (tx: Tx, { callbackId, startedAt }: Call): Promise<boolean> =>
  (await tx.db.$count(calls, and(eq(calls.callbackId, callbackId ?? ''), gt(calls.startedAt, startedAt)))) > 0;
