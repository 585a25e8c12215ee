import { expect } from 'vitest';
import { eventually, type TestApp, type testClock } from './app.ts';

/** Somebody's phone: what they text to the line's SIM, a minute after whatever was before, and what they read next. */
export const handset = (app: TestApp, clock: ReturnType<typeof testClock>, number: string) => {
  let read = 0;
  return {
    text: async (text: string): Promise<void> => {
      clock.advance(60_000);
      expect((await app.phone.receiveFromHandset({ from: number, text })).status).toBe(200);
    },
    reads: async (): Promise<string> => {
      const messages = await eventually(async () => {
        const all = app.phone.messagesTo(number).toReversed();
        return all.length > read ? all : null;
      });
      return messages[read++]?.text ?? '';
    },
    readNothing: () => expect(app.phone.messagesTo(number)).toHaveLength(read),
  };
};

export const referenceIn = (text: string): string => /\d{10}/.exec(text.replaceAll(/(?<=\d) (?=\d)/g, ''))?.[0] ?? '';
