import type { Carrier } from './carriers.ts';

/** As the phone's owner sees it: `out` was texted to the line, `in` came from it. */
type Text = { id: string; at: string; direction: 'out' | 'in'; text: string; state: 'sending' | 'delivered' | 'failed' };

type Phones = {
  /** Texts the line; false where the line did not take it, and then the phone says that it failed. */
  text(number: string, text: string): Promise<boolean>;
  /** Everything between this phone and the line, oldest first. */
  thread(number: string): { line: string; messages: Text[] };
};

/** Beyond this the oldest are forgotten. */
const most = 2000;

/**
 * Phones that exist as long as the demo runs. The first carrier brings what they text; what the line sent is read from
 * whichever carried it.
 */
export const createPhones = (carriers: readonly [Carrier, ...Carrier[]], lineNumber: string): Phones => {
  const texted: (Text & { number: string })[] = [];

  return {
    async text(number, text) {
      const entry = { number, id: crypto.randomUUID(), at: new Date().toISOString(), direction: 'out' as const, text, state: 'sending' as Text['state'] };
      texted.push(entry);
      if (texted.length > most) texted.shift();
      const taken = await carriers[0].bring(number, text).catch(() => false);
      entry.state = taken ? 'delivered' : 'failed';
      return taken;
    },
    thread(number) {
      const sent = texted.filter((entry) => entry.number === number).map(({ number: _, ...entry }) => entry);
      const received = carriers.flatMap((carrier) => carrier.arrivals(number)).map(({ at, ...arrival }): Text => ({ ...arrival, at: at.toISOString(), direction: 'in' }));
      return { line: lineNumber.replace(/^\+212/, '0'), messages: [...sent, ...received].toSorted((a, b) => a.at.localeCompare(b.at)) };
    },
  };
};
