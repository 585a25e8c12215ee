import type { FakeSmsGate } from '#dev/fake-smsgate/server';
import type { FakeTwilio } from '#dev/fake-twilio/server';

/** What came from the line, as the phone's owner sees it. */
type Arrival = { id: string; at: Date; text: string; state: 'sending' | 'delivered' | 'failed' };

/** A provider that carries texts between the simulated phones and the line. */
export type Carrier = {
  /** Brings a text to the line; whether the line took it. */
  bring(from: string, text: string): Promise<boolean>;
  arrivals(number: string): Arrival[];
};

/** The line's own SIM. */
export const throughSim = (phone: FakeSmsGate): Carrier => ({
  bring: async (from, text) => ((await phone.receiveFromHandset({ from, text })).status ?? 500) < 300,
  arrivals: (number) =>
    phone.messagesTo(number).map(({ id, createdAt, text, state }) => ({ id, at: createdAt, text, state: state === 'Delivered' ? 'delivered' : state === 'Failed' ? 'failed' : 'sending' })),
});

export const throughTwilio = (fake: FakeTwilio, lineNumber: string): Carrier => ({
  bring: async (from, text) => (await fake.receiveFromHandset({ from, to: lineNumber, text })).status < 300,
  arrivals: (number) =>
    fake.messagesTo(number).map(({ sid, createdAt, text, status }) => ({ id: sid, at: createdAt, text, state: status === 'delivered' ? 'delivered' : status === 'undelivered' ? 'failed' : 'sending' })),
});
