import type { Clock } from '#lib/clock';
import { newSid } from './calls.ts';
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

  enter(call: Obedience): void {
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
