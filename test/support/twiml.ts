import { parseTwiml, type Element } from '#dev/fake-twilio/twiml';

/**
 * What may stand in what, and with which attributes: of Twilio's own builder (twilio 6.2, `VoiceResponse.d.ts`), the verbs that
 * a telephone menu needs. In the document that is heard while waiting only some are allowed
 * (https://www.twilio.com/docs/voice/twiml/enqueue#waiturl).
 */
const verbs: Readonly<Record<string, { holds: readonly string[]; attributes: readonly string[]; text?: RegExp }>> = {
  Response: { holds: ['Say', 'Play', 'Gather', 'Record', 'Enqueue', 'Leave', 'Dial', 'Redirect', 'Hangup'], attributes: [] },
  Say: { holds: [], attributes: ['voice', 'language'], text: /\S/ },
  Play: { holds: [], attributes: [], text: /^https?:\/\/.+\.mp3$/ },
  Gather: { holds: ['Say', 'Play'], attributes: ['input', 'timeout', 'numDigits', 'finishOnKey', 'action', 'method', 'actionOnEmptyResult'] },
  Record: {
    holds: [],
    attributes: ['action', 'method', 'maxLength', 'timeout', 'finishOnKey', 'playBeep', 'trim', 'recordingStatusCallback', 'recordingStatusCallbackMethod', 'recordingStatusCallbackEvent'],
  },
  Enqueue: { holds: [], attributes: ['action', 'method', 'waitUrl', 'waitUrlMethod'], text: /^[\w-]+$/ },
  Leave: { holds: [], attributes: [] },
  Dial: { holds: ['Number', 'Queue', 'Client'], attributes: ['action', 'method', 'callerId', 'timeout', 'answerOnBridge'] },
  Number: { holds: [], attributes: [], text: /^\+[1-9]\d{6,14}$/ },
  Queue: { holds: [], attributes: [], text: /^[\w-]+$/ },
  Redirect: { holds: [], attributes: ['method'], text: /^https?:\/\/\S+$/ },
  Hangup: { holds: [], attributes: [] },
};
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
    const verb = verbs[element.name];
    if (!verb) return void faults.push(`${element.name} is no verb`);
    for (const name of Object.keys(element.attributes)) if (!verb.attributes.includes(name)) faults.push(`${element.name} takes no ${name}`);
    for (const [name, value] of Object.entries(element.attributes))
      if (/^(action|waitUrl|recordingStatusCallback)$/.test(name) && !value.startsWith(`${how.base}/`)) faults.push(`${element.name} leads to another place`);
    if (verb.text ? !verb.text.test(element.text) : element.text.trim() !== '') faults.push(`${element.name} holds the wrong text`);
    if (element.name === 'Say' && !voices.has(`${element.attributes['voice']} ${element.attributes['language']}`)) faults.push('Say has no such voice');
    for (const [at, child] of element.children.entries()) {
      if (!verb.holds.includes(child.name)) faults.push(`${element.name} holds no ${child.name}`);
      if (element.name === 'Response' && how.waiting === true && !whileWaiting.has(child.name)) faults.push(`${child.name} is not heard while waiting`);
      if (last.has(child.name) && at < element.children.length - 1) faults.push(`nothing after ${child.name} is obeyed`);
      look(child);
    }
  };
  look(parseTwiml(document));
  return faults;
};
