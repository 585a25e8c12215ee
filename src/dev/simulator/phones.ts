import type { GivenFile } from '#dev/fake-twilio/media';
import type { Carrier, MessageState } from './carriers.ts';

export type App = 'sms' | 'whatsapp';

/** As the phone's owner sees it: `out` was sent to the line, `in` came from it. */
type Message = { id: string; at: string; direction: 'out' | 'in'; text: string; file?: string | undefined; state: MessageState };

export type Phones = {
  /** Writes to the line; false where the line did not take it, and then the phone says that it failed. */
  send(number: string, app: App, message: { text: string; file?: GivenFile | undefined }): Promise<boolean>;
  /** Everything between this phone and the line, oldest first. */
  thread(number: string, app: App): Message[];
};

/** Beyond this the oldest are forgotten. */
const most = 2000;

/**
 * Phones that exist as long as the demo runs. The first carrier of an app brings what they write; what the line sent is read
 * from whichever carried it.
 */
export const createPhones = (carriers: Readonly<Record<App, readonly [Carrier, ...Carrier[]]>>): Phones => {
  const written: (Message & { number: string; app: App })[] = [];

  return {
    async send(number, app, { text, file }) {
      const entry = { number, app, id: crypto.randomUUID(), at: new Date().toISOString(), direction: 'out' as const, text, file: file?.type, state: 'sending' as MessageState };
      written.push(entry);
      if (written.length > most) written.shift();
      const taken = await carriers[app][0].bring(number, { text, file }).catch(() => false);
      entry.state = taken ? 'delivered' : 'failed';
      return taken;
    },
    thread(number, app) {
      const sent = written.filter((entry) => entry.number === number && entry.app === app).map(({ number: _, app: __, ...entry }) => entry);
      const received = carriers[app].flatMap((carrier) => carrier.arrivals(number)).map(({ at, ...arrival }): Message => ({ ...arrival, at: at.toISOString(), direction: 'in' }));
      return [...sent, ...received].toSorted((a, b) => a.at.localeCompare(b.at));
    },
  };
};
