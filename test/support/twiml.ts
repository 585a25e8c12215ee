import { parseTwiml, type Element } from '#dev/fake-twilio/twiml';

const address = /^https?:\/\/\S+$/;
const post = /^POST$/;
const yesOrNo = /^(true|false)$/;
/** From 1 on. */
const count = /^[1-9]\d{0,3}$/;
const keys = /^[0-9*#]*$/;
const name = /^[\w-]+$/;
const e164 = /^\+[1-9]\d{6,14}$/;

type Rule = {
  /** What may stand in it, and how many of them at most. */
  holds?: readonly string[];
  most?: number;
  /** What it must say. */
  text?: RegExp;
  needs?: Readonly<Record<string, RegExp>>;
  takes?: Readonly<Record<string, RegExp>>;
};

/**
 * What may stand in what, and with which attributes and values: of Twilio's own builder (twilio 6.2, `VoiceResponse.d.ts`), the
 * verbs that a telephone menu needs (https://www.twilio.com/docs/voice/twiml).
 */
const verbs: Readonly<Record<string, Rule>> = {
  Response: { holds: ['Say', 'Play', 'Gather', 'Record', 'Enqueue', 'Leave', 'Dial', 'Redirect', 'Hangup'], most: 50 },
  Say: { text: /\S/, needs: { voice: /^[\w.-]+$/, language: name } },
  Play: { text: /^https?:\/\/.+\.mp3$/ },
  // Without an address the same document would be asked for again and again.
  Gather: { holds: ['Say', 'Play'], most: 50, needs: { action: address, method: post, input: /^dtmf$/, timeout: count }, takes: { numDigits: count, finishOnKey: keys, actionOnEmptyResult: yesOrNo } },
  Record: {
    // Without one the recording of a caller who hangs up is never told.
    needs: { action: address, method: post, maxLength: count, recordingStatusCallback: address, recordingStatusCallbackMethod: post },
    takes: { timeout: count, finishOnKey: keys, playBeep: yesOrNo, trim: /^(trim-silence|do-not-trim)$/, recordingStatusCallbackEvent: /^(in-progress|completed|absent)( (in-progress|completed|absent))*$/ },
  },
  Enqueue: { text: name, needs: { action: address, method: post, waitUrl: address, waitUrlMethod: post } },
  Leave: {},
  Dial: { holds: ['Number', 'Queue', 'Client'], most: 1, takes: { action: address, method: post, callerId: e164, timeout: count, answerOnBridge: yesOrNo } },
  Number: { text: e164 },
  Queue: { text: name },
  Client: { text: /^\w{1,121}$/ },
  Redirect: { text: address, needs: { method: post } },
  Hangup: {},
};
/** In the document that is heard while waiting only these are obeyed (https://www.twilio.com/docs/voice/twiml/enqueue#waiturl). */
const whileWaiting = new Set(['Say', 'Play', 'Gather', 'Leave', 'Redirect', 'Hangup']);
/** Only these pairs speak; another fails while somebody listens. */
const voices = new Set(['Polly.Zeina arb', 'Polly.Lea fr-FR']);
/** After these nothing of the same document is obeyed. */
const last = new Set(['Hangup', 'Leave', 'Redirect']);

/** What is wrong with a document, in words; none where Twilio would obey all of it. */
export const faultsOf = (document: string, how: { waiting?: boolean; base: string }): string[] => {
  const faults: string[] = [];
  if (!document.startsWith('<?xml version="1.0" encoding="UTF-8"?><Response')) faults.push('begins otherwise');
  if (Buffer.byteLength(document) > 64 * 1024) faults.push('is longer than 64 KB');
  const look = (element: Element): void => {
    const { name: verb, attributes, children, text } = element;
    const rule = verbs[verb];
    if (!rule) return void faults.push(`${verb} is no verb`);
    const { holds = [], most = 0, needs = {}, takes = {} } = rule;
    for (const wanted of Object.keys(needs)) if (attributes[wanted] === undefined) faults.push(`${verb} lacks ${wanted}`);
    for (const [attribute, value] of Object.entries(attributes)) {
      const right = needs[attribute] ?? takes[attribute];
      if (!right) faults.push(`${verb} takes no ${attribute}`);
      else if (!right.test(value)) faults.push(`${verb} takes no such ${attribute}`);
      else if (right === address && !value.startsWith(`${how.base}/`)) faults.push(`${verb} leads to another place`);
    }
    if (rule.text ? !rule.text.test(text) : text.trim() !== '') faults.push(`${verb} holds the wrong text`);
    if ((verb === 'Redirect' || verb === 'Play') && !text.startsWith(`${how.base}/`)) faults.push(`${verb} leads to another place`);
    if (verb === 'Say' && !voices.has(`${attributes['voice']} ${attributes['language']}`)) faults.push('Say has no such voice');
    if (verb === 'Gather' && (attributes['numDigits'] === undefined) === (attributes['finishOnKey'] === undefined)) faults.push('Gather does not say when the keys are all');
    if (verb === 'Dial' && children.length === 0) faults.push('Dial calls nobody');
    if (children.length > most) faults.push(`${verb} holds too much`);
    for (const [at, child] of children.entries()) {
      if (!holds.includes(child.name)) faults.push(`${verb} holds no ${child.name}`);
      if (verb === 'Response' && how.waiting === true && !whileWaiting.has(child.name)) faults.push(`${child.name} is not heard while waiting`);
      if (last.has(child.name) && at < children.length - 1) faults.push(`nothing after ${child.name} is obeyed`);
      look(child);
    }
  };
  look(parseTwiml(document));
  return faults;
};
