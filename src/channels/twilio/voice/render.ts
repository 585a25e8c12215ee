import twilio from 'twilio';
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Next, Utterance, Verb } from '#channels/voice';

/**
 * Machine voices. Twilio has none for Moroccan Arabic, and none at all for Tamazight; a wrong pair of voice and language
 * fails only while somebody listens, so these two are the only ones (telephony of Twilio 6.2: `SayVoice`, `SayLanguage`).
 */
const voices = {
  ar: { voice: 'Polly.Zeina', language: 'arb' },
  fr: { voice: 'Polly.Lea', language: 'fr-FR' },
} as const;

const queueName = 'insat';

/** Where a step's answer is brought. */
export const stepAddress = (base: string, { node, version, call }: Next): string =>
  `${base}/step/${node}?v=${version}${call === undefined ? '' : `&c=${call}`}`;

type Speaker = { say(options: VoiceResponse.SayAttributes, text: string): unknown; play(url: string): unknown };

/**
 * Verbs as TwiML (https://www.twilio.com/docs/voice/twiml). `base`: the public address of our voice webhooks, without a
 * final slash. Every address is absolute: the signature of the request that comes there is over it.
 */
export const createRenderer = (base: string, callerNumber: string) => {
  const at = (path: string, { version }: Next): string => `${base}/${path}?v=${version}`;
  const stepAt = (next: Next): string => stepAddress(base, next);

  const utter = (into: Speaker, what: readonly Utterance[]): void => {
    for (const one of what)
      if ('play' in one) into.play(`${base}/prompts/${one.play}.mp3`);
      else into.say(voices[one.language], one.speak);
  };

  const add = (twiml: VoiceResponse, verb: Verb): void => {
    switch (verb.do) {
      case 'say':
        return utter(twiml, verb.what);
      case 'gather': {
        // Silence is told too: whoever cannot find the key is not left hanging.
        const ends = verb.most === undefined ? { finishOnKey: '#' } : { numDigits: verb.most };
        return utter(twiml.gather({ ...ends, input: ['dtmf'], timeout: verb.seconds, action: stepAt(verb.next), method: 'POST', actionOnEmptyResult: true }), verb.what);
      }
      case 'record':
        twiml.record({
          action: stepAt(verb.next), method: 'POST', maxLength: verb.seconds, timeout: 5, finishOnKey: '#', playBeep: true, trim: 'trim-silence',
          recordingStatusCallback: `${base}/recording`, recordingStatusCallbackMethod: 'POST', recordingStatusCallbackEvent: ['completed', 'absent'],
        });
        // Nothing heard: the call goes on below.
        twiml.redirect({ method: 'POST' }, stepAt(verb.next));
        return;
      case 'enqueue':
        twiml.enqueue({ action: at('queue/result', verb.next), method: 'POST', waitUrl: at('queue/wait', verb.next), waitUrlMethod: 'POST' }, queueName);
        return;
      case 'wait':
        return utter(twiml.gather({ numDigits: 1, input: ['dtmf'], timeout: verb.seconds, action: at('queue/wait', verb.next), method: 'POST' }), verb.what);
      case 'leave':
        twiml.leave();
        return;
      case 'dial':
        twiml.dial({ action: at('dial/result', verb.next), method: 'POST', callerId: callerNumber, timeout: verb.seconds, answerOnBridge: true }).number(verb.number);
        return;
      case 'take_next':
        twiml.dial().queue(queueName);
        return;
      case 'hangup':
        twiml.hangup();
    }
  };

  return (verbs: readonly Verb[]): { type: string; body: string } => {
    const twiml = new twilio.twiml.VoiceResponse();
    for (const verb of verbs) add(twiml, verb);
    return { type: 'text/xml', body: twiml.toString() };
  };
};
