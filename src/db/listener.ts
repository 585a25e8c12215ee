import pg from 'pg';
import type { Log } from '#lib/log';

const retryMs = 1000;

/**
 * Listens for notifications on a connection of its own, and comes back by itself when that is lost.
 *
 * @throws where the first connection fails
 */
export const openListener = async (
  url: string,
  channel: string,
  to: { onMessage: (payload: string) => void; onReady: () => void; log: Log },
): Promise<{ close(): Promise<void> }> => {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'insat', keepAlive: true, connectionTimeoutMillis: 5000 });
    next.on('notification', ({ payload }) => to.onMessage(payload ?? ''));
    next.on('error', (err) => to.log.warn({ err }, 'the listening connection was lost'));
    next.on('end', () => {
      if (!closed && client === next) again();
    });
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
    to.onReady();
  };

  const again = (): void => {
    client = null;
    timer = setTimeout(() => {
      connect().catch((err: unknown) => {
        to.log.warn({ err }, 'still no listening connection');
        if (!closed) again();
      });
    }, retryMs);
  };

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
};
