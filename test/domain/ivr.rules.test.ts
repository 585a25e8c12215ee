import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statuses } from '#contract/words';
import { CallState, CallVerb, firstRinging, firstState, nodes, spokenLanguages, type CallEffect, type CallEvent, type Step } from '#domain/calls/call.rules';
import { begin, step } from '#domain/calls/ivr.rules';

const caseId = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d55';
const other = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d56';

/** Every answer that an effect can have; none where it has none. */
const answersTo = (effect: CallEffect): CallEvent[] => {
  if (effect.do === 'file') return [{ type: 'filed', caseId }];
  if (effect.do === 'call_back') return [{ type: 'called_back', caseId }, { type: 'called_back', caseId: null }];
  if (effect.do === 'rate') return [true, false].map((taken) => ({ type: 'rated', taken, solved: effect.solved }));
  if (effect.do === 'reopen') return [true, false].map((taken) => ({ type: 'reopened', taken }));
  if (effect.do === 'answer') return [true, false].map((taken) => ({ type: 'answered', taken }));
  if (effect.do !== 'look_up') return [];
  const found = (['assigned', 'resolved', 'awaiting_citizen'] as const).flatMap((status) => [true, false].map((rates) => ({ caseId: other, status, rates })));
  return ([...found, 'wrong', 'locked'] as const).map((one) => ({ type: 'looked_up', found: one }));
};

/** A step with all that follows from it, until the call waits for somebody. */
const settled = (first: Step): Step[] => {
  const answers = first.effects.flatMap(answersTo);
  return answers.length === 0 ? [first] : answers.flatMap((answer) => settled(step(first.state, answer)));
};

/** What may happen where the call waits: silence, each key that any node knows, one that none does, a number, a voice, the end of a queue or of a talk. */
const eventsAt = ({ state, verbs }: Step): CallEvent[] => {
  const keys: CallEvent[] = ['', '0', '1', '2', '3', '5', '9', '*', '2648391756'].map((digits) => ({ type: 'digits', digits }));
  const last = verbs.at(-1)?.do;
  if (last === 'gather') return keys;
  if (last === 'record') return [{ type: 'digits', digits: '' }, { type: 'audio', recordingId: state.recordingId === 'RE1' ? 'RE2' : 'RE1' }];
  if (last === 'enqueue') return (['talked', 'left', 'gone'] as const).map((result) => ({ type: 'queue', result }));
  return last === 'dial' ? (['talked', 'missed'] as const).map((result) => ({ type: 'dial', result })) : [];
};

const starts = [
  ...[true, false].flatMap((reachable) => [true, false].map((open) => firstState({ reachable, texted: reachable, open }))),
  ...spokenLanguages.map(firstRinging),
];
const isOver = ({ verbs }: Step): boolean => verbs.at(-1)?.do === 'hangup';

/** Every step that can be reached, however long ago the call began: how often anything was asked is counted as never. */
const reachable = (from: readonly CallState[]): Step[] => {
  const seen = new Map<string, Step>();
  let frontier = from.map(begin);
  while (frontier.length > 0) {
    const next: Step[] = [];
    for (const here of frontier) {
      const key = JSON.stringify([here.state, here.verbs.at(-1)?.do]);
      if (seen.has(key)) continue;
      seen.set(key, here);
      if (isOver(here)) continue;
      for (const event of eventsAt(here)) for (const there of settled(step(here.state, event))) next.push({ ...there, state: { ...there.state, steps: 0 } });
    }
    frontier = next;
  }
  return [...seen.values()];
};

const mostSteps = 30;
const all = reachable(starts);
const waiting = all.filter((one) => !isOver(one));
const after = (here: Step, steps: number): Step[] => eventsAt(here).flatMap((event) => settled(step({ ...here.state, steps }, event)));

describe('the telephone menu', () => {
  it('passes through each of its nodes, in each language', () => {
    const passed = new Set(all.map(({ state }) => `${state.language} ${state.node}`));
    // A call-back is promised within one step, and waited for by nobody.
    for (const language of spokenLanguages) for (const node of nodes.filter((one) => one !== 'callback' && one !== 'language')) expect(passed).toContain(`${language} ${node}`);
  });

  it('comes to an end within forty steps, wherever it is and whatever is pressed, in each language', () => {
    for (const here of waiting) {
      // Each answer counts, unless it is of a queue or a talk, after which the call is over or what follows counts.
      for (const there of after(here, 0)) if (here.verbs.at(-1)?.do !== 'enqueue' && !isOver(there)) expect(there.state.steps).toBe(1);
      // Once enough was asked, nothing that happens keeps it from its end: a voice is asked about once, a number told once.
      let left = after(here, mostSteps).filter((there) => !isOver(there));
      for (let more = 0; left.length > 0; more += 1) {
        expect(more, JSON.stringify(here.state)).toBeLessThan(40 - mostSteps);
        left = left.flatMap((there) => after(there, Math.max(there.state.steps, mostSteps))).filter((there) => !isOver(there));
      }
    }
  });

  it('asks whoever says that nothing is solved whether the case is to go on, and nobody else', () => {
    const solved = { ...firstState({ reachable: true, texted: true, open: true }), node: 'solved' as const, proved: other, rating: 2 };
    const told = (taken: boolean, isSolved: boolean) => step(solved, { type: 'rated', taken, solved: isSolved }).state.node;
    expect([told(true, false), told(true, true), told(false, false)]).toEqual(['reopening', 'ended', 'ended']);
    const asked = { ...solved, node: 'reopening' as const };
    expect(step(asked, { type: 'digits', digits: '1' }).effects).toEqual([{ do: 'reopen', caseId: other }]);
    for (const digits of ['2', '3']) expect(step(asked, { type: 'digits', digits }).effects).not.toContainEqual({ do: 'reopen', caseId: other });
    expect(step(asked, { type: 'reopened', taken: false }).verbs[0]).toMatchObject({ do: 'say', what: ['not_reopened', 'goodbye'] });
  });

  it('takes silence, an unknown key and a hang-up at every node', () => {
    for (const here of waiting) {
      const edges = here.verbs.at(-1)?.do === 'gather' ? (['', '*'] as const).map((digits): CallEvent => ({ type: 'digits', digits })) : [];
      for (const event of [...edges, { type: 'hangup' } as const]) for (const there of settled(step(here.state, event))) expect(there.verbs.length).toBeGreaterThan(0);
      for (const end of settled(step(here.state, { type: 'hangup' }))) {
        expect(end.state.node).toBe('ended');
        // A second one, which providers send too, changes nothing.
        expect(step(end.state, { type: 'hangup' }).effects).toEqual([]);
        if (here.state.caseId !== null) expect(end.effects).toContainEqual({ do: 'keep_audio' });
      }
    }
    const missed = step(firstState({ reachable: true, texted: true, open: true }), { type: 'hangup' });
    expect(missed.effects).toEqual([{ do: 'call_back', kind: 'inquiry' }]);
    expect(step(firstState({ reachable: false, texted: false, open: true }), { type: 'hangup' }).effects).toEqual([{ do: 'end', outcome: 'left' }]);
  });

  it('never records who did not choose so', () => {
    for (const here of waiting)
      for (const event of eventsAt(here))
        for (const there of settled(step(here.state, event))) {
          if (!there.verbs.some((verb) => verb.do === 'record') || here.state.node === 'record' || here.state.node === 'answer') continue;
          const key = event.type === 'digits' ? event.digits : '';
          expect([here.state.node, key]).toEqual(here.state.node === 'review' ? ['review', '2'] : here.state.node === 'tracked' ? ['tracked', '1'] : ['complaint', '1']);
        }
  });

  it('takes any events in any order without a fault, and stays what it can be kept as', () => {
    const event: fc.Arbitrary<CallEvent> = fc.oneof(
      fc.record({ type: fc.constant('digits' as const), digits: fc.oneof(fc.constantFrom('', 'toString', ...'0123456789'), fc.string({ maxLength: 40 })) }),
      fc.record({ type: fc.constant('audio' as const), recordingId: fc.constantFrom('RE1', 'RE2', '') }),
      fc.record({ type: fc.constant('queue' as const), result: fc.constantFrom('talked' as const, 'left' as const, 'gone' as const) }),
      fc.record({ type: fc.constant('dial' as const), result: fc.constantFrom('talked' as const, 'missed' as const) }),
      fc.constant({ type: 'hangup' as const }),
      fc.record({ type: fc.constant('filed' as const), caseId: fc.constantFrom(caseId, other) }),
      fc.record({ type: fc.constant('called_back' as const), caseId: fc.constantFrom(caseId, null) }),
      fc.record({ type: fc.constant('rated' as const), taken: fc.boolean(), solved: fc.boolean() }),
      fc.record({ type: fc.constant('reopened' as const), taken: fc.boolean() }),
      fc.record({ type: fc.constant('looked_up' as const), found: fc.oneof(fc.constantFrom('wrong' as const, 'locked' as const), fc.record({ caseId: fc.constant(other), status: fc.constantFrom(...statuses), rates: fc.boolean() })) }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.array(event, { maxLength: 60 }), (start, events) => {
        let state = start;
        for (const one of events) {
          const done = step(state, one);
          expect(CallState.parse(JSON.parse(JSON.stringify(done.state)))).toEqual(done.state);
          for (const verb of done.verbs) CallVerb.parse(verb);
          state = done.state;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
