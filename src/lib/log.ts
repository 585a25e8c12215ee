import pino from 'pino';
import { projectRoot } from './root.ts';

/**
 * All that a line of the log can hold, besides an error and a sentence of ours: ids, codes, counts and durations, never a name, a
 * number of a person or a text. Whatever else is given, by us or by a library, stays out.
 */
const fields = {
  reqId: 'id', row: 'id', id: 'id', actorId: 'id', attachment: 'id',
  method: 'word', route: 'word', queue: 'word', job: 'word', centreId: 'word', message: 'word', channel: 'word', account: 'word',
  port: 'number', status: 'number', ms: 'number', attempt: 'number', jobs: 'number', ended: 'number', missing: 'number', erased: 'number', odd: 'number',
} as const;
type Field = keyof typeof fields;

type Say = { (given: { [F in Field]?: string | number | undefined } & { err?: unknown }, sentence: string): void; (sentence: string): void };
export type Log = Record<'debug' | 'info' | 'warn' | 'error' | 'fatal', Say>;

const shapes: Record<(typeof fields)[Field], (value: unknown) => boolean> = {
  number: (value) => typeof value === 'number',
  // A UUID, or the id of a job, which holds one.
  id: (value) => typeof value === 'string' && /^(?:[a-z-]{1,40}-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:-and-\d{1,4})?$/.test(value),
  // A word of ours, or the pattern of a route: it begins with no digit, as a phone number does.
  word: (value) => typeof value === 'string' && /^[A-Za-z/][\w.:/*{}()-]{0,99}$/.test(value),
};

const named = (given: object): Record<string, unknown> => {
  const line: Record<string, unknown> = {};
  if ('err' in given) line['err'] = given.err;
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(fields, name) ? fields[name as Field] : undefined;
    if (kind !== undefined && value !== undefined) line[name] = shapes[kind](value) ? value : '?';
  }
  return line;
};

/** Libraries put addresses and messages of errors into their sentences; ours are letters only, and never an error's. */
const sentenceOf = (said: unknown, { err }: { err?: unknown }): string =>
  typeof said === 'string' && /^[A-Za-z][A-Za-z ,;:.'()-]{0,150}$/.test(said) && !(err instanceof Error && err.message === said) ? said : 'said by a library';

/** What may be said of an unexpected error: its kind, its place, and the kind of its cause. Messages of database errors can quote values. */
const errorForLog = (error: unknown): object => {
  if (!(error instanceof Error)) return { name: typeof error };
  const cause = error.cause instanceof Error ? { cause: kindOf(error.cause) } : {};
  return { ...kindOf(error), ...cause, stack: framesOf(error) };
};

const kindOf = (error: Error): object => ({
  name: /^[A-Za-z]{1,60}$/.test(error.name) ? error.name : 'Error',
  // SQLSTATE, or a name like ECONNREFUSED.
  ...('code' in error && typeof error.code === 'string' && /^(?:[A-Z][A-Z\d_]{2,60}|[\dA-Z]{5})$/.test(error.code) ? { code: error.code } : {}),
});

/**
 * A stack begins with the message as it was when the error was made, whose own lines may look like frames: what is ours stands
 * after the message, and is a place in this project or in Node.
 */
const framesOf = ({ stack = '', message }: Error): string | undefined => {
  const start = stack.indexOf(message);
  if (start === -1) return undefined;
  return stack.slice(start + message.length).split('\n').filter(isFrame).slice(0, 8).join('\n');
};

const isFrame = (line: string): boolean => {
  const place = /^ {4}at (?:[\w$.<>[\]# ]{1,100} \()?([^()\s]{1,300}):\d+:\d+\)?$/.exec(line)?.[1] ?? '';
  return place.startsWith('node:') || place.replace(/^file:\/\//, '').startsWith(`${projectRoot}/`);
};

export const createLog = (level: string, destination: pino.DestinationStream = pino.destination()): pino.Logger =>
  pino(
    {
      level,
      base: null,
      serializers: { err: errorForLog },
      hooks: {
        logMethod([first, second]: unknown[], write) {
          const given = first instanceof Error ? { err: first } : typeof first === 'object' && first !== null ? first : {};
          write.call(this, named(given), sentenceOf(typeof first === 'string' ? first : second, given));
        },
      },
    },
    destination,
  );
