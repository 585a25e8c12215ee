import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, Form, InboundMessage } from '#channels/channel';
import { account, service, smsAt, startLine, template, whatsAppAt } from '../support/twilio-line.ts';

const id = '0190a2b4-7c11-7d3e-8f00-0123456789ab';
const citizen = '+212612340000';
const sid = `SM${'0'.repeat(31)}1`;
const form: Form = { AccountSid: account.accountSid, MessageSid: sid, From: `whatsapp:${citizen}`, To: `whatsapp:${account.number}`, NumMedia: '0', Body: '', ProfileName: 'Zouhair', WaId: '212612340000' };

const told = (more: Form, channel = whatsAppAt()): InboundMessage | null => {
  const [event] = channel.parse({ url: '', headers: {}, query: {}, body: { ...form, ...more } });
  return event?.type === 'message' ? event.message : null;
};

describe('a message on WhatsApp', () => {
  it('is from the number alone, and never from the name that somebody gives themselves', () => {
    const { raw, ...message } = told({ Body: 'سلام', MessageType: 'text' }) ?? { raw: null };
    expect(message).toEqual({ channel: 'whatsapp', account: account.accountSid, providerId: sid, from: citizen, to: account.number, text: 'سلام', media: [] });
    expect(raw).toMatchObject({ ProfileName: 'Zouhair' });
  });

  it('from somebody without a number for us is from their id, wherever Twilio writes it', () => {
    expect(told({ From: 'whatsapp:MA.1a2B3c', Body: 'x' })).toMatchObject({ from: 'MA.1a2B3c', userId: 'MA.1a2B3c' });
    expect(told({ ExternalUserId: 'whatsapp:MA.1a2B3c', Body: 'x' })).toMatchObject({ from: citizen, userId: 'MA.1a2B3c' });
    expect(told({ From: 'whatsapp:', ExternalUserId: 'whatsapp:MA.1a2B3c', Body: 'x' })).toMatchObject({ userId: 'MA.1a2B3c' });
    expect(told({ From: 'whatsapp:MA.1;drop', Body: 'x' })).not.toHaveProperty('userId');
  });

  it.each<[string, Form, string]>([
    ['a button pressed', { MessageType: 'button', ButtonText: 'نعم', ButtonPayload: 'yes-1' }, 'نعم'],
    ['a button with a payload only', { MessageType: 'button', ButtonPayload: 'yes-1' }, 'yes-1'],
    ['a button whose words are the body too', { MessageType: 'button', Body: 'نعم', ButtonText: 'نعم' }, 'نعم'],
    ['a choice of a list', { MessageType: 'interactive', ListTitle: 'سلا', ListId: '3' }, 'سلا'],
    ['a place', { MessageType: 'location', Latitude: '34.0531', Longitude: '-6.7985' }, '[location 34.0531,-6.7985]'],
    ['a place with its name', { MessageType: 'location', Latitude: '34.0531', Longitude: '-6.7985', Label: 'عمالة سلا', Address: 'سلا، المغرب' }, '[location 34.0531,-6.7985 عمالة سلا سلا، المغرب]'],
    ['a place and words', { MessageType: 'location', Latitude: '34', Longitude: '-6', Body: 'هنا' }, 'هنا\n[location 34,-6]'],
    ['a place that is none', { MessageType: 'location', Latitude: 'north', Longitude: '-6' }, '[unsupported location]'],
    ['a reaction', { MessageType: 'reaction' }, '[unsupported reaction]'],
    ['what Twilio itself does not know', { MessageType: 'unsupported' }, '[unsupported unsupported]'],
    ['a type that is no word', { MessageType: '<b>' }, '[unsupported type]'],
    ['nothing', { MessageType: 'text' }, ''],
    ['what looks like a message in parts', { Body: Buffer.from('توقف الدعم منذ شهرين وأنا أرملة ولدي ثلاثة أطفال.').toString('base64') }, Buffer.from('توقف الدعم منذ شهرين وأنا أرملة ولدي ثلاثة أطفال.').toString('base64')],
  ])('that is %s is a line that a person can read', (_, more, text) => {
    expect(told(more)?.text).toBe(text);
  });

  it('that replies to another names it', () => {
    const other = `SM${'0'.repeat(31)}2`;
    expect(told({ Body: 'نعم', OriginalRepliedMessageSid: other })?.replyTo).toBe(other);
    expect(told({ Body: 'نعم', OriginalRepliedMessageSid: 'x' })).not.toHaveProperty('replyTo');
  });

  it('from a group, which WhatsApp names otherwise, is kept and is nobody', () => {
    expect(told({ From: 'whatsapp:120363041234567890@g.us', Body: 'سلام' })).toMatchObject({ from: '120363041234567890@g.us', text: 'سلام' });
    expect(told({ From: 'whatsapp:120363041234567890@g.us', Body: 'سلام' })).not.toHaveProperty('userId');
  });

  it('is not an SMS, and an SMS is not on WhatsApp; what comes through a messaging service is like any other', () => {
    expect(told({ Body: 'x' }, smsAt())).toBeNull();
    expect(told({ From: citizen, To: account.number, Body: 'x' })).toBeNull();
    expect(told({ From: 'messenger:1', To: 'messenger:2', Body: 'x' })).toBeNull();
    expect(told({ MessagingServiceSid: service, Body: 'x' })?.text).toBe('x');
    expect(told({ MessagingServiceSid: service, To: `whatsapp:+212661000000`, Body: 'x' })?.text).toBe('x');
  });
});

describe('a report', () => {
  const report = (more: Form, channel: Channel) =>
    channel.parse({ url: '', headers: {}, query: { mid: id }, body: { AccountSid: account.accountSid, MessageSid: sid, MessageStatus: 'delivered', To: `whatsapp:${citizen}`, From: `whatsapp:${account.number}`, ...more } });

  it('is told by the channel that the message left by, and by no other', () => {
    expect(report({}, whatsAppAt())).toHaveLength(1);
    expect(report({}, smsAt())).toEqual([]);
    expect(report({ To: citizen, From: account.number }, whatsAppAt())).toEqual([]);
    expect(report({ To: undefined, From: undefined, ChannelPrefix: 'whatsapp' }, whatsAppAt())).toHaveLength(1);
  });

  it('that it was read is one', () => {
    expect(report({ MessageStatus: 'read', EventType: 'READ' }, whatsAppAt())).toMatchObject([{ report: { messageId: id, status: 'read' } }]);
  });
});

describe('sending', () => {
  let line: Awaited<ReturnType<typeof startLine>>;
  beforeEach(async () => {
    line = await startLine();
  });
  afterEach(() => line.close());
  const reports = async (channel: Channel) => {
    await line.run();
    return line.received.flatMap((request) => channel.parse(request)).map((event) => (event.type === 'report' ? event.report : event));
  };

  it('goes to whoever has no number for us by their id, and tells when it was read', async () => {
    const whatsApp = whatsAppAt(line.fake.url);
    line.fake.setWindow('MA.1a2B3c0007', true);
    expect(await whatsApp.send({ id, to: 'MA.1a2B3c0007', text: 'سلام' })).toMatchObject({ outcome: 'accepted' });
    expect((await reports(whatsApp)).at(-1)).toMatchObject({ messageId: id, status: 'read' });
  });

  it('of free words outside the window is accepted, and then told for what it is', async () => {
    const whatsApp = whatsAppAt(line.fake.url);
    expect(await whatsApp.send({ id, to: citizen, text: 'سلام' })).toMatchObject({ outcome: 'accepted' });
    expect(await reports(whatsApp)).toMatchObject([{ messageId: id, status: 'failed', errorCode: '63016', class: 'window' }]);
  });

  it('of an approved text arrives at any time, with our words in it, and is found by them', async () => {
    const whatsApp = whatsAppAt(line.fake.url);
    const message = { id, to: citizen, text: 'نحن ندرس ملفكم', template: { id: template.id, values: ['2648391756', 'نحن ندرس ملفكم'] } };
    expect(whatsApp.template?.('reply', 'ar')).toBe(template.id);
    expect(whatsApp.template?.('reply', 'fr')).toBeNull();
    expect(await whatsApp.send(message)).toMatchObject({ outcome: 'accepted' });
    expect(line.fake.messagesTo(`whatsapp:${citizen}`)).toMatchObject([{ text: 'إنصات، ملفكم 2648391756: نحن ندرس ملفكم' }]);
    expect(await whatsApp.find({ ...message, since: new Date() })).toMatchObject({ status: 'queued' });
    expect((await reports(whatsApp)).at(-1)).toMatchObject({ status: 'delivered' });
  });

  it('through a messaging service lets the service choose what it is sent from', async () => {
    for (const channel of [smsAt(line.fake.url, { messagingServiceSid: service }), whatsAppAt(line.fake.url, { messagingServiceSid: service })]) {
      line.fake.setWindow(citizen, true);
      expect(await channel.send({ id, to: citizen, text: 'سلام' })).toMatchObject({ outcome: 'accepted' });
    }
    expect([...line.fake.messagesTo(citizen), ...line.fake.messagesTo(`whatsapp:${citizen}`)]).toMatchObject([
      { from: account.number, messagingServiceSid: service }, { from: `whatsapp:${account.number}`, messagingServiceSid: service },
    ]);
  });
});
