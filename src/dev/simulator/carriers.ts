import type { FakeSmsGate } from '#dev/fake-smsgate/server';
import type { GivenFile } from '#dev/fake-twilio/media';
import type { FakeTwilio } from '#dev/fake-twilio/server';
import type { FakeStatus } from '#dev/fake-twilio/store';

export type MessageState = 'sending' | 'delivered' | 'read' | 'failed';

/** What came from the line, as the phone's owner sees it. */
type Arrival = { id: string; at: Date; text: string; state: MessageState };

/** A provider that carries messages between the simulated phones and the line. */
export type Carrier = {
  /** Brings a message to the line; whether the line took it. */
  bring(from: string, message: { text: string; file?: GivenFile | undefined }): Promise<boolean>;
  arrivals(number: string): Arrival[];
};

/** The line's own SIM. */
export const throughSim = (phone: FakeSmsGate): Carrier => ({
  bring: async (from, { text }) => ((await phone.receiveFromHandset({ from, text })).status ?? 500) < 300,
  arrivals: (number) =>
    phone.messagesTo(number).map(({ id, createdAt, text, state }) => ({ id, at: createdAt, text, state: state === 'Delivered' ? 'delivered' : state === 'Failed' ? 'failed' : 'sending' })),
});

const states: Partial<Record<FakeStatus, MessageState>> = { delivered: 'delivered', read: 'read', undelivered: 'failed', failed: 'failed' };
const arrivalsAt = (fake: FakeTwilio, address: string): Arrival[] =>
  fake.messagesTo(address).map(({ sid, createdAt, text, status }) => ({ id: sid, at: createdAt, text, state: states[status] ?? 'sending' }));

export const throughTwilio = (fake: FakeTwilio, lineNumber: string): Carrier => ({
  bring: async (from, { text }) => (await fake.receiveFromHandset({ from, to: lineNumber, text })).status < 300,
  arrivals: (number) => arrivalsAt(fake, number),
});

export const throughWhatsApp = (fake: FakeTwilio): Carrier => ({
  bring: async (from, { text, file }) => (await fake.receiveOnWhatsApp({ from, text, ...(file ? { files: [file] } : {}) })).status < 300,
  arrivals: (number) => arrivalsAt(fake, `whatsapp:${number}`),
});
