import type { Clock } from '#lib/clock';
import { newSid, stamp } from './calls.ts';
import type { Obedience } from './obedience.ts';
import type { Element } from './twiml.ts';

type Stay = { call: Obedience; since: Date };

/** The account's one queue: who waits for an operator, the longest first. */
export class FakeQueue {
  readonly sid = newSid('QU');
  readonly createdAt: Date;
  readonly #clock: Clock;
  #stays: readonly Stay[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.createdAt = clock.now();
  }

  get stays(): readonly Stay[] {
    return this.#stays;
  }

  /** Null until somebody enters: it is made then. */
  name: string | null = null;

  secondsSince(at: Date): number {
    return Math.round((this.#clock.now().getTime() - at.getTime()) / 1000);
  }

  enter(call: Obedience, name: string): void {
    this.name ??= name;
    this.#stays = [...this.#stays, { call, since: this.#clock.now() }];
  }

  leave(call: Obedience): void {
    this.#stays = this.#stays.filter((stay) => stay.call !== call);
  }

  /** From 1 on; 0 where it does not wait. */
  placeOf(call: Obedience): number {
    return this.#stays.findIndex((stay) => stay.call === call) + 1;
  }

  /** Whoever waits longest waits no more. */
  take(): Obedience | undefined {
    const call = this.#stays[0]?.call;
    if (call) this.leave(call);
    return call;
  }
}

/** One caller's wait: where its turns are asked for, and how long it has lasted. */
export class Waiting {
  readonly waitUrl: string;
  readonly #action: string;
  #seconds = 0;

  constructor({ attributes }: Element) {
    this.waitUrl = attributes['waitUrl'] ?? '';
    this.#action = attributes['action'] ?? '';
  }

  pass(seconds: number): void {
    this.#seconds += seconds;
  }

  turnForm(queue: FakeQueue, call: Obedience): Record<string, string> {
    return { QueuePosition: String(queue.placeOf(call)), QueueTime: String(this.#seconds), QueueSid: queue.sid };
  }

  ended(result: 'leave' | 'hangup' | 'bridged'): { url: string; form: Record<string, string> } {
    return { url: this.#action, form: { QueueResult: result, QueueTime: String(this.#seconds) } };
  }
}

/** The Queue resource of Twilio's API, every field present. */
export const queueResource = (queue: FakeQueue, accountSid: string): object => {
  const waits = queue.stays.map(({ since }) => queue.secondsSince(since));
  return {
    account_sid: accountSid,
    average_wait_time: waits.length === 0 ? 0 : Math.round(waits.reduce((sum, wait) => sum + wait, 0) / waits.length),
    current_size: waits.length,
    date_created: stamp(queue.createdAt),
    date_updated: stamp(queue.createdAt),
    friendly_name: queue.name,
    max_size: 1000,
    sid: queue.sid,
    uri: `/2010-04-01/Accounts/${accountSid}/Queues/${queue.sid}.json`,
  };
};

/** The Member resource: a call that waits. */
export const memberResource = ({ call, since }: Stay, queue: FakeQueue, accountSid: string): object => ({
  call_sid: call.record.sid,
  date_enqueued: stamp(since),
  position: queue.placeOf(call),
  queue_sid: queue.sid,
  uri: `/2010-04-01/Accounts/${accountSid}/Queues/${queue.sid}/Members/${call.record.sid}.json`,
  wait_time: queue.secondsSince(since),
});
