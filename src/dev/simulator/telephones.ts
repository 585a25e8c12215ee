import type { FakeCall } from '#dev/fake-twilio/call';
import type { Wait } from '#dev/fake-twilio/obedience';
import { silence } from '#dev/fake-twilio/silence';
import type { FakeVoice } from '#dev/fake-twilio/voice';
import { notFound } from '#lib/errors';
import { spokenOf, type Spoken } from './spoken.ts';

export const acts = ['dial', 'answer', 'decline', 'key', 'wait', 'speak', 'hang_up'] as const;
export type Act = (typeof acts)[number];

/** A telephone as its owner sees it: `in` is a call that came. */
export type CallView = { state: 'idle' | Wait; direction: 'in' | 'out'; typed: string; heard: Spoken[] };

type Held = { call: FakeCall; direction: 'in' | 'out'; heard: Spoken[]; seen: number };

/** One turn of waiting in the queue. */
const turnSeconds = 20;
const sentence = silence(8);

/**
 * Telephones that reach the line through the exchange, by address: a number in E.164, or `client:` and the name of an operator's
 * browser. Each has one call at a time.
 */
export const createTelephones = (voice: FakeVoice) => {
  const held = new Map<string, Held>();

  const hold = (address: string, call: FakeCall, direction: Held['direction']): void => void held.set(address, { call, direction, heard: [], seen: 0 });
  const current = (address: string): Held | undefined => {
    const one = held.get(address);
    return one && one.call.wait !== 'over' ? one : undefined;
  };

  const dial = async (address: string): Promise<void> => {
    const browser = address.startsWith('client:') ? address.slice('client:'.length) : null;
    hold(address, await (browser === null ? voice.call(address) : voice.callFromBrowser(browser)), 'out');
  };
  const answer = async (address: string): Promise<void> => {
    const dialling = voice.dialling(address);
    const ringing = voice.ringing(address).at(-1);
    if (dialling?.wait === 'dial') await dialling.dialled('answers');
    else if (ringing) hold(address, await ringing.answer(), 'in');
    else throw notFound();
  };
  const decline = async (address: string): Promise<void> => {
    const dialling = voice.dialling(address);
    if (dialling?.wait === 'dial') await dialling.dialled('misses');
    for (const ringing of voice.ringing(address)) await ringing.ignore();
  };
  const hangUp = async (address: string): Promise<void> => {
    const own = current(address);
    const dialling = voice.dialling(address);
    // Whoever hangs up while being recorded has said something until then.
    if (own) await own.call.hangUp(sentence);
    else if (dialling?.wait === 'talking') await dialling.leftAlone();
  };
  const inCall = async (address: string, act: Act, key: string): Promise<void> => {
    const own = current(address);
    if (!own) throw notFound();
    const { call } = own;
    const pressing = call.wait === 'keys' || call.wait === 'queue';
    if (act === 'key' && pressing) {
      note(own, { by: 'keys', text: key });
      await call.type(key);
    } else if (act === 'speak' && call.wait === 'voice') {
      note(own, { by: 'voice', text: '' });
      await call.speak(sentence);
    } else if (act === 'wait' && (pressing || call.wait === 'voice')) {
      note(own, { by: 'silence', text: '' });
      await (call.wait === 'queue' ? call.waitFor(turnSeconds) : call.stayOnLine());
    }
  };

  const note = (own: Held, done: Spoken): void => {
    hear(own);
    const last = own.heard.at(-1);
    // Keys that are pressed one after the other are one line.
    if (last?.by === 'keys' && done.by === 'keys') last.text += ` ${done.text}`;
    else own.heard.push(done);
  };
  const hear = (own: Held): void => {
    own.heard.push(...own.call.heard.slice(own.seen).map(spokenOf));
    own.seen = own.call.heard.length;
  };

  return {
    /** @throws AppError not_found where there is no such call; Error where the line does not answer */
    async act(address: string, act: Act, key: string): Promise<void> {
      if (act === 'dial' && !current(address)) await dial(address);
      else if (act === 'answer') await answer(address);
      else if (act === 'decline') await decline(address);
      else if (act === 'hang_up') await hangUp(address);
      else if (act !== 'dial') await inCall(address, act, key);
    },
    view(address: string): CallView {
      const own = held.get(address);
      if (own) hear(own);
      const seen = own ? { direction: own.direction, typed: own.call.typed, heard: own.heard } : { direction: 'out' as const, typed: '', heard: [] };
      if (own && own.call.wait !== 'over') return { state: own.call.wait, ...seen };
      const dialling = voice.dialling(address);
      if (dialling) return { state: dialling.wait === 'dial' ? 'ringing' : 'talking', direction: 'in', typed: '', heard: [] };
      if (voice.ringing(address).length > 0) return { state: 'ringing', direction: 'in', typed: '', heard: [] };
      return { state: own ? 'over' : 'idle', ...seen };
    },
  };
};
