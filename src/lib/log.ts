import pino from 'pino';

/** Fields are chosen by whoever logs, and are ids, codes and durations only: never a name, a number or a text. */
export type Log = Pick<pino.Logger, 'info' | 'warn' | 'error' | 'debug' | 'fatal'>;

/** What may be said of an unexpected error: its kind and place. Messages of database errors can quote values. */
const errorForLog = (error: unknown): object => {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const stack = error.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8).join('\n');
  return { name: error.name, ...code, stack };
};

export const createLog = (level: string): pino.Logger =>
  pino({
    level,
    base: null,
    serializers: {
      err: errorForLog,
      error: errorForLog,
      // The address without its query, which on webhooks can name a number.
      req: (req: { method?: string; url?: string }) => ({ method: req.method, path: req.url?.split('?')[0] }),
      res: (res: { statusCode?: number }) => ({ status: res.statusCode }),
    },
  });
