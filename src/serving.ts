import { setTimeout as pause } from 'node:timers/promises';
import { createServer } from 'node:net';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { listOf, originsOf, type Settings } from '#lib/config';
import { buildApp } from './app.ts';
import type { Deps } from './deps.ts';

/** The start cannot go on, for a reason that a person can mend; shown without a stack. */
class StartError extends Error {}

/** The port to listen on; for 0, one that is free now: the public address must be known before the first route. */
export const choosePort = (settings: Settings): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(portFault(settings, error)));
    probe.listen(settings.PORT, settings.HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : settings.PORT));
    });
  });

const portFault = ({ PORT, HOST }: Settings, error: NodeJS.ErrnoException): Error => {
  if (error.code === 'EADDRINUSE')
    return new StartError(`Port ${PORT} is taken by another program. Stop that program, or start Insat elsewhere: PORT=3001 npm start (PORT=0 takes any free port).`);
  if (error.code === 'EACCES') return new StartError(`Port ${PORT} needs more rights than this account has. Choose one above 1023: PORT=3000 npm start.`);
  if (error.code === 'EADDRNOTAVAIL') return new StartError(`HOST ${HOST} is no address of this machine. Leave it out, or use 0.0.0.0 for all.`);
  return error;
};

/** Settings with the port and the public address filled in. */
export const withAddress = (settings: Settings, port: number): Settings & { PUBLIC_URL: string } => ({
  ...settings,
  PORT: port,
  PUBLIC_URL: settings.PUBLIC_URL ?? `http://127.0.0.1:${port}`,
});

const liveWaitMs = 5000;

/** Opens the web application on its port. */
export const serve = async (
  settings: Settings & { PUBLIC_URL: string },
  deps: Deps,
  log: FastifyBaseLogger,
  more?: (app: FastifyInstance) => Promise<void>,
): Promise<{ close(): Promise<void> }> => {
  const app = await buildApp(deps.ctx, deps.live, {
    publicUrl: settings.PUBLIC_URL.replace(/\/$/, ''),
    origins: new Set(originsOf(settings.PUBLIC_URL)),
    trustProxy: listOf(settings.TRUST_PROXY ?? ''),
    log,
    ...(more ? { more } : {}),
  });
  try {
    await app.listen({ port: settings.PORT, host: settings.HOST });
  } catch (error) {
    throw error instanceof Error ? portFault(settings, error) : error;
  }
  // The first consoles miss nothing then; without a live line, intake goes on all the same.
  await Promise.race([deps.live.listening, pause(liveWaitMs, undefined, { ref: false })]);
  return {
    async close() {
      // A browser keeps its connection open long after the answer; one that was busy when the close began would be waited for.
      const idle = setInterval(() => app.server.closeIdleConnections(), 100);
      await app.close().finally(() => clearInterval(idle));
    },
  };
};
