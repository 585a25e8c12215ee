import { callForm } from './call-forms.ts';
import { newSid, type Exchange, type FakeCallRecord } from './calls.ts';
import { heardIn, type Heard } from './hearing.ts';
import { Waiting, type FakeQueue } from './queue.ts';
import { parseTwiml, type Element } from './twiml.ts';
import type { Webhooks } from './webhooks.ts';

export type Tools = { accountSid: string; number: string; exchange: Exchange; webhooks: Webhooks; queue: FakeQueue };

/** What a call waits for. `ringing`: for whoever is called; `dial`: for whoever the line has dialled; `talking`: for somebody to hang up. */
export type Wait = 'ringing' | 'keys' | 'voice' | 'queue' | 'dial' | 'talking' | 'over';

/** What the exchange makes of the line's answers to one call: it asks for TwiML, and obeys it up to where somebody must do something. */
export class Obedience {
  readonly #tools: Tools;
  readonly record: FakeCallRecord;
  /** Everything that was heard, in order. */
  readonly heard: Heard[] = [];
  /** The documents that the line answered with. */
  readonly documents: string[] = [];
  wait: Wait = 'ringing';
  /** Where it stopped, and what stands behind that. */
  verb: Element | null = null;
  rest: readonly Element[] = [];
  #waiting: Waiting | null = null;
  #connected: Obedience | null = null;

  constructor(tools: Tools, record: FakeCallRecord) {
    this.#tools = tools;
    this.record = record;
  }

  /** Asks the line what comes next. @throws Error where it does not say so */
  async ask(url: string, more: Record<string, string>): Promise<void> {
    const { status, type, text } = await this.#tools.webhooks.ask(url, { ...this.#form(), ...more });
    if (status !== 200 || !type.startsWith('text/xml')) throw new Error(`the line answered a call with ${status}`);
    this.documents.push(text);
    await this.go(parseTwiml(text).children);
  }

  #form(): Record<string, string> {
    return callForm(this.#tools.accountSid, this.record);
  }

  /** Obeys these verbs. */
  async go(verbs: readonly Element[]): Promise<void> {
    this.wait = 'keys';
    this.verb = null;
    for (const [at, verb] of verbs.entries()) {
      this.rest = verbs.slice(at + 1);
      if (verb.name === 'Redirect') return this.ask(verb.text, {});
      this.heard.push(...heardIn(verb));
      if (verb.name !== 'Say' && verb.name !== 'Play') return this.#stopAt(verb);
    }
    // A document that ends leaves nothing more to do.
    await this.#over();
  }

  async #stopAt(verb: Element): Promise<void> {
    this.verb = verb;
    if (verb.name === 'Gather') this.wait = 'keys';
    else if (verb.name === 'Record') this.wait = 'voice';
    else if (verb.name === 'Enqueue') await this.#enter(verb);
    else if (verb.name === 'Dial') await this.#dial(verb);
    else await this.#over();
  }

  /** The call has ended by itself. */
  async #over(): Promise<void> {
    if (this.wait === 'over') return;
    this.wait = 'over';
    this.#tools.exchange.end(this.record, 'completed');
    await this.tell({ CallStatus: 'completed', CallDuration: '30' });
  }

  async #enter(verb: Element): Promise<void> {
    this.wait = 'queue';
    this.#waiting = new Waiting(verb);
    this.#tools.queue.enter(this, verb.text);
    await this.turn({});
  }

  /** What is heard while waiting, after so many seconds more; `Leave` in it ends the wait. */
  async turn(more: Record<string, string>, seconds = 0): Promise<void> {
    if (!this.#waiting) return;
    this.#waiting.pass(seconds);
    const { text } = await this.#tools.webhooks.ask(this.#waiting.waitUrl, { ...this.#form(), ...this.#waiting.turnForm(this.#tools.queue, this), ...more });
    this.documents.push(text);
    for (const verb of parseTwiml(text).children) {
      if (verb.name === 'Leave') return this.leaveQueue('leave');
      this.heard.push(...heardIn(verb));
    }
  }

  /** Leaves the queue; the line is told why. */
  async leaveQueue(result: 'leave' | 'hangup' | 'bridged'): Promise<void> {
    this.#tools.queue.leave(this);
    if (!this.#waiting) return;
    const { url, form } = this.#waiting.ended(result);
    if (result === 'hangup') await this.#tools.webhooks.post(url, { ...this.#form(), ...form });
    else await this.ask(url, form);
  }

  async #dial(verb: Element): Promise<void> {
    this.wait = 'dial';
    if (verb.children[0]?.name !== 'Queue') return;
    const first = this.#tools.queue.take();
    if (!first) return this.#over();
    this.wait = 'talking';
    this.#connected = first;
    first.wait = 'talking';
    first.#connected = this;
  }

  /** Tells what became of whoever was dialled, and goes on. */
  async afterDial(status: 'no-answer' | 'completed'): Promise<void> {
    const action = this.verb?.attributes['action'];
    if (action === undefined) return this.go(this.rest);
    await this.ask(action, { DialCallStatus: status, DialCallSid: newSid('CA'), ...(status === 'completed' ? { DialCallDuration: '60' } : {}) });
  }

  /** Whoever hangs up ends it for both. */
  async endTalk(verb: Element | null): Promise<void> {
    const other = this.#connected;
    if (verb?.name === 'Enqueue' && this.#waiting) {
      const { url, form } = this.#waiting.ended('bridged');
      await this.#tools.webhooks.post(url, { ...this.#form(), ...form });
    } else if (verb?.attributes['action'] !== undefined) await this.#tools.webhooks.post(verb.attributes['action'], { ...this.#form(), DialCallStatus: 'completed', DialCallDuration: '60' });
    this.#connected = null;
    if (other && other.wait === 'talking') {
      other.#connected = null;
      if (other.verb?.name === 'Enqueue') await other.leaveQueue('bridged');
      else await other.#over();
    }
  }

  /** Tells the line that the call has ended. */
  async tell(more: Record<string, string>): Promise<void> {
    const url = this.record.direction === 'inbound' ? `${this.#tools.webhooks.target.publicUrl}/webhooks/twilio/voice/status` : this.record.statusCallback;
    if (url !== null) await this.#tools.webhooks.post(url, { ...this.#form(), SequenceNumber: '3', ...more });
  }

  /** Where it stopped. @throws Error where it waits for something else */
  expect(wait: Wait): Element {
    if (this.wait !== wait || this.verb === null) throw new Error(`the call waits for ${this.wait}, not for ${wait}`);
    return this.verb;
  }
}
