/**
 * The port that a telephony provider fills. An adapter translates and never decides: what is said, asked and done comes as
 * `Verb`s, and no provider's word means anything outside its folder.
 */
import type { Channel, Form, SendResult } from './channel.ts';

/** A step of a call that waits for an answer: where the provider brings it. `call`: ours, whose number with the provider is not known yet. */
export type Next = { node: string; version: number; call?: string };

/** One thing that is heard: a file that somebody recorded, or text for a machine's voice. */
export type Utterance = { play: string } | { speak: string; language: 'ar' | 'fr' };

export type Verb =
  | { do: 'say'; what: Utterance[] }
  | { do: 'gather'; what: Utterance[]; most?: number | undefined; until?: '#' | undefined; seconds: number; next: Next }
  /** With a tone before; ends at a key or after a silence. Of a silent one `next` is told nothing. */
  | { do: 'record'; seconds: number; next: Next }
  /** Into the line of those who wait for an operator; `next` is told how that ended. */
  | { do: 'enqueue'; next: Next }
  /** One turn of waiting; `press` is told where a key is pressed. */
  | { do: 'wait'; what: Utterance[]; seconds: number; next: Next }
  | { do: 'leave' }
  /** `number`: E.164. */
  | { do: 'dial'; number: string; seconds: number; next: Next }
  /** Connects an operator with whoever waits longest. */
  | { do: 'take_next' }
  | { do: 'hangup' };

/** What a request of the provider says of a call. */
export type CallReport = {
  account: string;
  callId: string;
  direction: 'in' | 'out';
  /** E.164; null where the caller shows none (withheld, SIP, an operator's browser). */
  from: string | null;
  /** The name of the operator's browser that calls, as `token` was given it. */
  operator: string | null;
  /** '' where nothing was pressed, or none was asked for. */
  digits: string;
  /** A voice that the provider holds. */
  recordingId: string | null;
  /** Why the wait for an operator ended: `left` by itself or by a key, `gone` with the caller. */
  queue: 'talked' | 'left' | 'gone' | null;
  place: number;
  waitedSeconds: number;
  dialled: 'talked' | 'missed' | null;
  /** Over, for whatever reason. */
  ended: boolean;
  /** When the call began, where it is told late (`reconcile`): the legal date runs from then. */
  heldSince?: Date;
  /** When it ended, likewise. */
  heldUntil?: Date;
};

export type BrowserHosts = { connect: readonly string[]; media: readonly string[] };

export type Voice = {
  name: 'phone';
  account: string;
  /** The path below `/webhooks` under which its provider calls. */
  hook: string;
  /** As `Channel.verify`. */
  verify(request: { url: string; headers: Form; form: Form }): boolean;
  /** Null where it says nothing of a call. Call it only after `verify`. */
  parse(form: Form): CallReport | null;
  render(verbs: readonly Verb[]): { type: string; body: string };
  /** As `Channel.health`. */
  health: Channel['health'];
  /** Rings an operator's browser; what happens then is asked for at `next`. */
  ring(operator: string, next: Next): Promise<SendResult>;
  /** What was recorded; `not_yet` while the provider does not have it ready, `refused` where it is more than we take. Rejects where it cannot be asked. */
  fetchRecording(id: string): Promise<Buffer | 'not_yet' | 'refused'>;
  /** Deletes it there; no fault where it is gone. */
  deleteRecording(id: string): Promise<void>;
  /**
   * The calls of citizens, and those that we placed, which began since then and are over, the oldest first, each as its webhook
   * would have told of it; then what callers recorded. What a lost webhook did not bring comes this way. Rejects when the provider
   * cannot be asked.
   */
  reconcile(since: Date): AsyncIterable<CallReport>;
  /** What such a browser speaks with, and plays its tones from; null where no browser can: the provider is a pretended one. */
  browser: BrowserHosts | null;
  /** Lets an operator's browser call and be called, for so long. */
  token(operator: string): { token: string; seconds: number };
};
