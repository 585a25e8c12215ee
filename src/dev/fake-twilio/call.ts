import { recordingForm, recordingReport } from './call-forms.ts';
import type { FakeCallRecord, FakeRecording } from './calls.ts';
import { wordsOf, type Heard } from './hearing.ts';
import { Obedience, type Tools, type Wait } from './obedience.ts';
import { silence } from './silence.ts';

/** One telephone call: what whoever holds the telephone does, and hears. Every request of it to the line is signed. */
export class FakeCall {
  readonly #tools: Tools;
  readonly #line: Obedience;
  /** Keys that were pressed, while the line waits for more. */
  typed = '';

  constructor(tools: Tools, record: FakeCallRecord) {
    this.#tools = tools;
    this.#line = new Obedience(tools, record);
  }

  get sid(): string {
    return this.#line.record.sid;
  }

  get wait(): Wait {
    return this.#line.wait;
  }

  /** The documents that the line answered with. */
  get documents(): readonly string[] {
    return this.#line.documents;
  }

  /** Everything that was heard and not yet `said`, in order. */
  get heard(): readonly Heard[] {
    return this.#line.heard;
  }

  /** What was heard since this was last asked, as one text. */
  said(): string {
    return this.#line.heard.splice(0).map(wordsOf).join(' ');
  }

  /** Whom the line has the exchange call for this call. */
  get dials(): string {
    const { verb } = this.#line;
    return verb?.name === 'Dial' ? (verb.children[0]?.text ?? '') : '';
  }

  /** The first request: a citizen or a browser calls, or somebody answers. */
  async begin(url: string): Promise<void> {
    this.#line.record.status = 'in-progress';
    await this.#line.ask(url, {});
  }

  /** Presses these keys, and no more. */
  async press(keys: string): Promise<void> {
    if (this.wait === 'queue') return this.#line.turn({ Digits: keys });
    const { attributes } = this.#line.expect('keys');
    const until = attributes['finishOnKey'] ?? '#';
    await this.#line.ask(attributes['action'] ?? '', { Digits: until !== '' && keys.endsWith(until) ? keys.slice(0, -until.length) : keys });
    this.typed = '';
  }

  /** Presses one key; the line is told once there are as many as it wants, or the one that ends them. */
  async type(key: string): Promise<void> {
    if (this.wait === 'queue') return this.press(key);
    const { attributes } = this.#line.expect('keys');
    const typed = this.typed + key;
    if (key === (attributes['finishOnKey'] ?? '#') || typed.length === Number(attributes['numDigits'])) await this.press(typed);
    else this.typed = typed;
  }

  /** Nobody presses or says anything more. */
  async stayOnLine(): Promise<void> {
    if (this.wait === 'voice') return this.#line.go(this.#line.rest);
    const { attributes } = this.#line.expect('keys');
    if (this.typed !== '') return this.press(this.typed);
    if (attributes['actionOnEmptyResult'] === 'true') return this.#line.ask(attributes['action'] ?? '', { Digits: '' });
    return this.#line.go(this.#line.rest);
  }

  /** Speaks, and ends with #. @param notYet how often the recording is then not there yet */
  async speak(audio = silence(12), notYet = 0): Promise<FakeRecording> {
    const { attributes } = this.#line.expect('voice');
    const recording = this.#tools.exchange.keep(this.sid, audio, notYet);
    await this.#line.ask(attributes['action'] ?? '', { ...recordingForm(recording), Digits: '#' });
    await this.#report(attributes['recordingStatusCallback'], recording);
    return recording;
  }

  /** Hangs up; in the middle of a recording, what was said until then is one. */
  async hangUp(speaking?: Buffer): Promise<void> {
    const { wait, verb } = this.#line;
    this.#end('completed');
    if (wait === 'queue') await this.#line.leaveQueue('hangup');
    if (wait === 'dial' || wait === 'talking') await this.#line.endTalk(verb);
    await this.#line.tell({ CallStatus: 'completed', CallDuration: '30' });
    if (wait === 'voice' && speaking) await this.#report(verb?.attributes['recordingStatusCallback'], this.#tools.exchange.keep(this.sid, speaking, 0));
  }

  /** Nobody answers a call that the line placed. */
  async ignore(): Promise<void> {
    this.#end('no-answer');
    await this.#line.tell({ CallStatus: 'no-answer' });
  }

  /** Whoever is dialled answers, or does not. */
  async dialled(how: 'answers' | 'misses'): Promise<void> {
    this.#line.expect('dial');
    if (how === 'answers') this.#line.wait = 'talking';
    else await this.#line.afterDial('no-answer');
  }

  /** Whoever was dialled hangs up: the call goes on without them. */
  async leftAlone(): Promise<void> {
    this.#line.expect('talking');
    await this.#line.afterDial('completed');
  }

  /** One turn of waiting is over. */
  async waitFor(seconds: number): Promise<void> {
    this.#line.expect('queue');
    await this.#line.turn({}, seconds);
  }

  #end(status: FakeCallRecord['status']): void {
    this.#line.wait = 'over';
    this.#tools.exchange.end(this.#line.record, status);
  }

  async #report(url: string | undefined, recording: FakeRecording): Promise<void> {
    if (url !== undefined) await this.#tools.webhooks.post(url, recordingReport(this.#tools.accountSid, recording));
  }
}
