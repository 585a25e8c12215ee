/**
 * The load generator, a process of its own: as many connections as citizens file at once, each sending its next case
 * when it has the answer to the last. It parses no more than it must, because it shares the cores with what it measures.
 */
import { connect } from 'node:net';
import { z } from 'zod';
import { texts } from './texts.ts';

/** `seconds`: no case is sent after that; those under way are waited for, so every one stored has been answered. */
export const Order = z.object({ port: z.int(), seconds: z.number(), connections: z.int() });
export type Order = z.infer<typeof Order>;

/** `latencies` in milliseconds, of the cases answered 201; `refused`: all other answers; `seconds` until the last answer. */
export const Outcome = z.object({ latencies: z.instanceof(Float64Array), refused: z.int(), seconds: z.number() });
export type Outcome = z.infer<typeof Outcome>;

let filed = 0;

/** Every case has its own phone number and, among 256, its own text. */
const nextRequest = (): string => {
  filed += 1;
  const phone = `06${String(filed).padStart(8, '0')}`;
  const body = JSON.stringify({ kind: 'complaint', text: texts[filed % texts.length], language: 'ar', contact: { name: 'فاطمة الزهراء', phone }, consent: true });
  return `POST /api/v1/cases HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

/** Length of the first answer in `bytes`, or null while it is not whole. */
const answerLength = (bytes: string): number | null => {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const length = /content-length: (\d+)/i.exec(bytes)?.[1];
  if (length === undefined) throw new Error('an answer without content-length');
  const whole = head + 4 + Number(length);
  return bytes.length < whole ? null : whole;
};

const load = async ({ port, seconds, connections }: Order): Promise<Outcome> => {
  const latencies: number[] = [];
  let refused = 0;
  const begin = performance.now();
  const stopAt = begin + seconds * 1000;

  const file = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
      let sentAt = 0;
      let received = '';
      const send = () => {
        sentAt = performance.now();
        socket.write(nextRequest());
      };
      socket.once('connect', send);
      socket.on('data', (part: string) => {
        received += part;
        if (answerLength(received) !== received.length) return;
        const now = performance.now();
        if (received.startsWith('HTTP/1.1 201')) latencies.push(now - sentAt);
        else refused += 1;
        received = '';
        if (now < stopAt) send();
        else socket.end();
      });
      socket.once('error', reject);
      socket.once('close', () => (performance.now() < stopAt ? reject(new Error('the server hung up')) : resolve()));
    });

  await Promise.all(Array.from({ length: connections }, file));
  return { latencies: Float64Array.from(latencies), refused, seconds: (performance.now() - begin) / 1000 };
};

process.on('message', async (order) => process.send?.(await load(Order.parse(order))));
process.on('disconnect', () => process.exit());
