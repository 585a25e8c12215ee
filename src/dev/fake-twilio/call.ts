import { newSid, type Exchange, type FakeCallRecord, type FakeRecording } from './calls.ts';
import { parseTwiml, type Element } from './twiml.ts';
import type { Webhooks } from './webhooks.ts';

export type Tools = { accountSid: string; number: string; exchange: Exchange; webhooks: Webhooks; /** Those who wait, the longest first. */ queue: FakeCall[] };

/** What a call waits for. `ringing`: for whoever is called; `talking`: for somebody to hang up. */
type Wait = 'ringing' | 'keys' | 'voice' | 'queue' | 'dial' | 'talking' | 'over';

/** Two hundred bytes that begin as an MP3 file does. */
const someAudio = (): Buffer => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413), Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)]);

/**
 * One telephone call, from the side of the exchange: it asks the line for TwiML with signed requests, obeys it up to where
 * somebody must do something, and tells what was heard until then.
 */
export class FakeCall {
  readonly #tools: Tools;
  readonly #record: FakeCallRecord;
  /** Everything that was heard, in order: spoken text, or the address of a file. */
  readonly heard: string[] = [];
  /** The documents that the line answered with. */
  readonly documents: string[] = [];
  wait: Wait = 'ringing';
  #verb: Element | null = null;
  #rest: readonly Element[] = [];
  #waitUrl = '';
  #waited = 0;
  #connected: FakeCall | null = null;

  constructor(tools: Tools, record: FakeCallRecord) {
    this.#tools = tools;
    this.#record = record;
  }

  get sid(): string {
    return this.#record.sid;
  }

  /** What was heard since this was last asked, as one text. */
  said(): string {
    return this.heard.splice(0).join(' ');
  }

  /** Whom the line has the exchange call for this call. */
  get dials(): string {
    return this.#verb?.name === 'Dial' ? (this.#verb.children[0]?.text ?? '') : '';
  }

  /** The first request: a citizen or a browser calls, or somebody answers. */
  async begin(url: string): Promise<void> {
    this.#record.status = 'in-progress';
    await this.#ask(url, {});
  }

  async press(keys: string): Promise<void> {
    if (this.wait === 'queue') return this.#pressInQueue(keys);
    const { attributes } = this.#expect('keys');
    const until = attributes['finishOnKey'] ?? '#';
    await this.#ask(attributes['action'] ?? '', { Digits: until !== '' && keys.endsWith(until) ? keys.slice(0, -until.length) : keys });
  }

  /** Nobody presses anything. */
  async stayOnLine(): Promise<void> {
    if (this.wait === 'voice') return this.#go(this.#rest);
    const { attributes } = this.#expect('keys');
    if (attributes['actionOnEmptyResult'] === 'true') return this.#ask(attributes['action'] ?? '', { Digits: '' });
    return this.#go(this.#rest);
  }

  /** Speaks, and ends with #. @param notYet how often the recording is then not there yet */
  async speak(audio = someAudio(), notYet = 0): Promise<FakeRecording> {
    const { attributes } = this.#expect('voice');
    const recording = this.#keep(audio, notYet);
    await this.#ask(attributes['action'] ?? '', { ...recordingForm(recording), Digits: '#' });
    await this.#report(attributes['recordingStatusCallback'], recording);
    return recording;
  }

  /** Hangs up; in the middle of a recording, what was said until then is one. */
  async hangUp(speaking?: Buffer): Promise<void> {
    const { wait } = this;
    const verb = this.#verb;
    this.wait = 'over';
    this.#record.status = 'completed';
    if (wait === 'queue') await this.#leaveQueue(verb, 'hangup');
    if (wait === 'dial' || wait === 'talking') await this.#endTalk(verb);
    await this.#tell({ CallStatus: 'completed', CallDuration: '30' });
    if (wait === 'voice' && speaking) await this.#report(verb?.attributes['recordingStatusCallback'], this.#keep(speaking, 0));
  }

  /** Nobody answers a call that the line placed. */
  async ignore(): Promise<void> {
    this.wait = 'over';
    this.#record.status = 'no-answer';
    await this.#tell({ CallStatus: 'no-answer' });
  }

  /** Whoever is dialled answers, or does not. */
  async dialled(how: 'answers' | 'misses'): Promise<void> {
    const { attributes } = this.#expect('dial');
    if (how === 'answers') this.wait = 'talking';
    else await this.#ask(attributes['action'] ?? '', { DialCallStatus: 'no-answer', DialCallSid: newSid('CA') });
  }

  /** One turn of waiting is over. */
  async waitFor(seconds: number): Promise<void> {
    this.#expect('queue');
    this.#waited += seconds;
    await this.#turn({});
  }

  async #ask(url: string, more: Record<string, string>): Promise<void> {
    const { status, type, text } = await this.#tools.webhooks.ask(url, { ...this.#form(), ...more });
    if (status !== 200 || !type.startsWith('text/xml')) throw new Error(`the line answered a call with ${status}`);
    this.documents.push(text);
    await this.#go(parseTwiml(text).children);
  }

  #form(): Record<string, string> {
    const { sid, direction, from, to, status } = this.#record;
    return { AccountSid: this.#tools.accountSid, ApiVersion: '2010-04-01', CallSid: sid, CallStatus: status, Called: to, Caller: from, Direction: direction, From: from, To: to };
  }

  async #go(verbs: readonly Element[]): Promise<void> {
    this.wait = 'keys';
    this.#verb = null;
    for (const [at, verb] of verbs.entries()) {
      this.#rest = verbs.slice(at + 1);
      if (verb.name === 'Say' || verb.name === 'Play') this.heard.push(verb.text);
      else if (verb.name === 'Redirect') return this.#ask(verb.text, {});
      else return this.#stopAt(verb);
    }
    // A document that ends leaves nothing more to do.
    await this.#over();
  }

  async #stopAt(verb: Element): Promise<void> {
    this.#verb = verb;
    if (verb.name === 'Gather') {
      this.heard.push(...verb.children.map(({ text }) => text));
      this.wait = 'keys';
    } else if (verb.name === 'Record') this.wait = 'voice';
    else if (verb.name === 'Enqueue') await this.#enter(verb);
    else if (verb.name === 'Dial') await this.#dial(verb);
    else await this.#over();
  }

  async #over(): Promise<void> {
    if (this.wait === 'over') return;
    this.wait = 'over';
    this.#record.status = 'completed';
    await this.#tell({ CallStatus: 'completed', CallDuration: '30' });
  }

  async #enter(verb: Element): Promise<void> {
    this.wait = 'queue';
    this.#waitUrl = verb.attributes['waitUrl'] ?? '';
    this.#tools.queue.push(this);
    await this.#turn({});
  }

  /** What is heard while waiting; `Leave` in it ends the wait. */
  async #turn(more: Record<string, string>): Promise<void> {
    const enqueued = this.#verb;
    const place = { QueuePosition: String(this.#tools.queue.indexOf(this) + 1), QueueTime: String(this.#waited), QueueSid: newSid('QU') };
    const { text } = await this.#tools.webhooks.ask(this.#waitUrl, { ...this.#form(), ...place, ...more });
    this.documents.push(text);
    for (const verb of parseTwiml(text).children) {
      if (verb.name === 'Leave') return this.#leaveQueue(enqueued, 'leave');
      this.heard.push(verb.text, ...verb.children.map((child) => child.text));
    }
  }

  #pressInQueue(keys: string): Promise<void> {
    return this.#turn({ Digits: keys });
  }

  async #leaveQueue(enqueued: Element | null, result: 'leave' | 'hangup' | 'bridged'): Promise<void> {
    const at = this.#tools.queue.indexOf(this);
    if (at !== -1) this.#tools.queue.splice(at, 1);
    const url = enqueued?.attributes['action'] ?? '';
    const form = { QueueResult: result, QueueTime: String(this.#waited) };
    if (result === 'hangup') await this.#tools.webhooks.post(url, { ...this.#form(), ...form });
    else await this.#ask(url, form);
  }

  async #dial(verb: Element): Promise<void> {
    this.wait = 'dial';
    if (verb.children[0]?.name !== 'Queue') return;
    const [first] = this.#tools.queue;
    if (!first) return this.#over();
    this.#tools.queue.shift();
    this.wait = 'talking';
    this.#connected = first;
    first.wait = 'talking';
    first.#connected = this;
  }

  /** Whoever hangs up ends it for both. */
  async #endTalk(verb: Element | null): Promise<void> {
    const other = this.#connected;
    if (verb?.name === 'Enqueue') await this.#tools.webhooks.post(verb.attributes['action'] ?? '', { ...this.#form(), QueueResult: 'bridged', QueueTime: String(this.#waited) });
    else if (verb?.attributes['action'] !== undefined) await this.#tools.webhooks.post(verb.attributes['action'], { ...this.#form(), DialCallStatus: 'completed', DialCallDuration: '60' });
    this.#connected = null;
    if (other && other.wait === 'talking') {
      other.#connected = null;
      if (other.#verb?.name === 'Enqueue') await other.#leaveQueue(other.#verb, 'bridged');
      else await other.#over();
    }
  }

  #keep(audio: Buffer, notYet: number): FakeRecording {
    const recording = { sid: newSid('RE'), callSid: this.sid, audio, seconds: 12, notYet };
    this.#tools.exchange.recordings.set(recording.sid, recording);
    return recording;
  }

  /** As Twilio tells of a recording: without the numbers of the call. */
  async #report(url: string | undefined, recording: FakeRecording): Promise<void> {
    if (url === undefined) return;
    await this.#tools.webhooks.post(url, { AccountSid: this.#tools.accountSid, CallSid: this.sid, ...recordingForm(recording), RecordingStatus: 'completed', RecordingChannels: '1', RecordingSource: 'RecordVerb' });
  }

  async #tell(more: Record<string, string>): Promise<void> {
    const url = this.#record.direction === 'inbound' ? `${this.#tools.webhooks.target.publicUrl}/webhooks/twilio/voice/status` : this.#record.statusCallback;
    if (url !== null) await this.#tools.webhooks.post(url, { ...this.#form(), SequenceNumber: '3', ...more });
  }

  #expect(wait: Wait): Element {
    if (this.wait !== wait || this.#verb === null) throw new Error(`the call waits for ${this.wait}, not for ${wait}`);
    return this.#verb;
  }
}

const recordingForm = ({ sid, seconds }: FakeRecording): Record<string, string> => ({
  RecordingSid: sid,
  // Of no use to the line, which must not fetch what a request names.
  RecordingUrl: `https://api.twilio.com/2010-04-01/Recordings/${sid}`,
  RecordingDuration: String(seconds),
});
