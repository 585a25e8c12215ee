import { describe, expect, it } from 'vitest';
import { parseTwiml } from '#dev/fake-twilio/twiml';
import { faultsOf } from '../support/twiml.ts';

const base = 'https://insat.example/voice';
const document = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;
const say = '<Say voice="Polly.Zeina" language="arb">نعم</Say>';
const gather = (more = 'numDigits="1"', inside = say): string => `<Gather ${more} input="dtmf" timeout="6" action="${base}/step" method="POST">${inside}</Gather>`;
const record = `<Record action="${base}/step" method="POST" maxLength="120" recordingStatusCallback="${base}/recording" recordingStatusCallbackMethod="POST" trim="trim-silence"/>`;

describe('a document for the telephone', () => {
  it.each([
    ['a question', gather()],
    ['a recording, and where to go without one', `${say}${record}<Redirect method="POST">${base}/step</Redirect>`],
    ['a call to a number', `<Dial callerId="+212661864445" timeout="25" action="${base}/dial" method="POST"><Number>+212661000555</Number></Dial>`],
    ['nothing', ''],
  ])('that holds %s is in order', (_, inside) => {
    expect(faultsOf(document(inside), { base })).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['a verb that is none', '<Sing>la</Sing>', 'Sing is no verb'],
    ['a verb in the wrong place', gather('numDigits="1"', record), 'Gather holds no Record'],
    ['an attribute of another verb', gather('numDigits="1" maxLength="3"'), 'Gather takes no maxLength'],
    ['a value that is none', gather('numDigits="many"'), 'Gather takes no such numDigits'],
    ['a question without an end', gather(''), 'Gather does not say when the keys are all'],
    ['a question without an address', '<Gather numDigits="1" input="dtmf" timeout="6" method="POST"/>', 'Gather lacks action'],
    ["somebody else's address", gather().replace(base, 'https://attacker.example'), 'Gather leads to another place'],
    ["somebody else's sound", '<Play>https://attacker.example/a.mp3</Play>', 'Play leads to another place'],
    ['an address that only begins like ours', `<Redirect method="POST">${base}.attacker.example/</Redirect>`, 'Redirect leads to another place'],
    ['a recording that nobody is told of', `<Record action="${base}/step" method="POST" maxLength="120"/>`, 'Record lacks recordingStatusCallback'],
    ['a voice that cannot speak the language', say.replace('arb', 'fr-FR'), 'Say has no such voice'],
    ['words outside a verb', 'hello', 'Response holds the wrong text'],
    ['a call to nobody', '<Dial/>', 'Dial calls nobody'],
    ['a call to two', '<Dial><Number>+212661000555</Number><Number>+212661000556</Number></Dial>', 'Dial holds too much'],
    ['more after its end', `<Hangup/>${say}`, 'nothing after Hangup is obeyed'],
  ])('that holds %s is not', (_, inside, fault) => {
    expect(faultsOf(document(inside), { base })).toContain(fault);
  });

  it('that is heard while waiting takes no recording', () => {
    expect(faultsOf(document(record), { base, waiting: true })).toEqual(['Record is not heard while waiting']);
  });

  it.each(['<Response>', '<Response><Say></Response></Say>', '<Response/><Response/>', 'text<Response/>', '<Say/>', '<Response>&nbsp;</Response>', '<Response><Say voice=x/></Response>'])('%s is none', (text) => {
    expect(() => parseTwiml(text)).toThrow('TwiML');
  });
});
