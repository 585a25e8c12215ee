import pino from 'pino';

/** Fields are chosen by whoever logs, and are ids, codes and durations only: never a name, a number or a text. */
export type Log = Pick<pino.Logger, 'info' | 'warn' | 'error' | 'debug' | 'fatal'>;

/** What may be said of an unexpected error: its kind and place. Messages of database errors can quote values. */
const errorForLog = (error: unknown): object => {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, stack: framesOf(error) };
};

/** A stack begins with the message, whose own lines may look like frames; where it is not found, nothing is certain. */
const framesOf = ({ stack = '', message }: Error): string | undefined => {
  const start = stack.indexOf(message);
  if (start === -1) return undefined;
  return stack.slice(start + message.length).split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8).join('\n');
};

export const createLog = (level: string, destination: pino.DestinationStream = pino.destination()): pino.Logger =>
  pino(
    {
      level,
      base: null,
      serializers: {
        err: errorForLog,
        error: errorForLog,
        // The address without its query, which on webhooks can name a number.
        req: (req: { method?: string; url?: string }) => ({ method: req.method, path: req.url?.split('?')[0] }),
        res: (res: { statusCode?: number }) => ({ status: res.statusCode }),
      },
    },
    destination,
  );
