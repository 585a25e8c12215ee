import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { Schedule } from './schedule.ts';
import type { Script } from './scripts.ts';
import type { FakeMessage } from './store.ts';
import type { Webhooks } from './webhooks.ts';

type Tools = {
  accountSid: string;
  webhooks: Webhooks;
  schedule: Schedule;
  clock: Clock;
  log: Pick<Log, 'warn'> | undefined;
  arrived: (message: FakeMessage) => void;
};

/** Carries an accepted message through its script: status by status, reporting each to the StatusCallback. */
export const deliver = (message: FakeMessage, { life, reports }: Script, tools: Tools): void => {
  const forms: Record<string, string>[] = [];
  const report = (form: Record<string, string>): Promise<void> => tell(message, form, tools);
  life.forEach((step, index) => {
    tools.schedule(step.afterMs, async () => {
      message.status = step.status;
      message.errorCode = step.errorCode ?? null;
      message.updatedAt = tools.clock.now();
      if (step.status === 'sent') message.sentAt = message.updatedAt;
      if (step.status === 'delivered') tools.arrived(message);
      const form = statusForm(message, tools.accountSid);
      forms.push(form);
      if (reports === 'prompt') await report(form);
      if (reports === 'shuffled' && index === life.length - 1) {
        for (const late of [...forms.toReversed(), ...forms]) await report(late);
      }
    });
  });
};

/** Whoever got a message on WhatsApp has opened it. */
export const markRead = async (message: FakeMessage, tools: Tools): Promise<void> => {
  message.status = 'read';
  message.updatedAt = tools.clock.now();
  await tell(message, statusForm(message, tools.accountSid), tools);
};

const tell = async (message: FakeMessage, form: Record<string, string>, { webhooks, log }: Tools): Promise<void> => {
  if (message.statusCallback === null) return;
  try {
    const status = await webhooks.post(message.statusCallback, form);
    if (status >= 300) log?.warn({ message: message.sid, status }, 'a status callback was refused');
  } catch (error) {
    // As with Twilio, a callback that cannot be handed over is gone.
    log?.warn({ message: message.sid, err: error }, 'a status callback was not delivered');
  }
};

const statusForm = (message: FakeMessage, accountSid: string): Record<string, string> => ({
  AccountSid: accountSid,
  ApiVersion: '2010-04-01',
  From: message.from,
  MessageSid: message.sid,
  MessageStatus: message.status,
  SmsSid: message.sid,
  SmsStatus: message.status,
  To: message.to,
  ...(message.messagingServiceSid !== null && { MessagingServiceSid: message.messagingServiceSid }),
  ...(message.to.startsWith('whatsapp:') && { ChannelPrefix: 'whatsapp', ...(message.status === 'read' && { EventType: 'READ' }) }),
  ...(message.errorCode !== null && { ErrorCode: String(message.errorCode) }),
});
