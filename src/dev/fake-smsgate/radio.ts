import { partsOf } from '#contract/sms';
import type { Schedule } from '#dev/fake-twilio/schedule';
import type { Clock } from '#lib/clock';
import type { WebhookEvent } from './phone.ts';
import { scriptFor } from './scripts.ts';

type PhoneState = 'Pending' | 'Processed' | 'Sent' | 'Delivered' | 'Failed';
export type PhoneMessage = { id: string; to: string; text: string; state: PhoneState; createdAt: Date };

type Options = {
  number: string;
  clock: Clock;
  schedule: Schedule;
  tell(event: WebhookEvent, payload: Record<string, unknown>): Promise<void>;
  /** What the phone sent to itself has arrived. */
  bring(text: string): Promise<void>;
};

/** The network that a pretended phone sends by. */
export const createRadio = ({ number, clock, schedule, tell, bring }: Options): { carry(message: PhoneMessage): void; network(there: boolean): void } => {
  let there = true;

  /** The network reports on each part of a long message by itself, and so does the phone (android-sms-gateway#264). */
  const carry = (message: PhoneMessage): void => {
    const { end, reports, partsLost = 0 } = scriptFor(message.to);
    const parts = partsOf(message.text);
    const told: [WebhookEvent, Record<string, unknown>][] = [];
    const life: [number, PhoneState, WebhookEvent | null][] = [
      [100, 'Processed', null],
      [300, 'Sent', 'sms:sent'],
      ...Array.from({ length: parts - (end === 'Delivered' ? partsLost : 0) }, (_, part): [number, PhoneState, WebhookEvent] => [900 + part, end, end === 'Delivered' ? 'sms:delivered' : 'sms:failed']),
    ];
    for (const [index, [afterMs, state, event]] of life.entries())
      schedule(afterMs, async () => {
        if (!there) return;
        message.state = state;
        if (message.to === number && end === 'Delivered' && index === life.length - 1) await bring(message.text);
        if (event === null) return;
        // Two parts never arrive at one instant.
        const at = new Date(clock.now().getTime() + index).toISOString();
        const more = event === 'sms:sent' ? { partsCount: parts, sentAt: at } : event === 'sms:delivered' ? { deliveredAt: at } : { failedAt: at, reason: 'Send result: RESULT_ERROR_GENERIC_FAILURE' };
        const telling: [WebhookEvent, Record<string, unknown>] = [event, { messageId: message.id, sender: number, recipient: message.to, phoneNumber: message.to, simNumber: 1, ...more }];
        told.push(telling);
        if (reports === 'prompt') await tell(...telling);
        if (reports === 'shuffled' && index === life.length - 1) for (const late of [...told.toReversed(), ...told]) await tell(...late);
      });
  };
  return { carry, network: (is) => (there = is) };
};
