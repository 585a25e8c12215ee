import type { Log } from './log.ts';

const patienceMs = 25_000;

/**
 * Runs `stop` once, at SIGTERM, SIGINT (Ctrl-C) or SIGHUP, then ends the process; a second signal or 25 seconds end it
 * at once. An error that nobody caught is logged and ends the process the same way: a process in an unknown state must
 * not go on taking complaints.
 */
export const stopOnSignal = (log: Log, stop: () => Promise<void>): void => {
  let stopping = false;
  const end = async (code: number): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), patienceMs).unref();
    try {
      await stop();
      process.exit(code);
    } catch (err) {
      log.error({ err }, 'the stop was not clean');
      process.exit(1);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(fault, (err: unknown) => {
      log.fatal({ err }, 'an error that nobody caught');
      void end(1);
    });
};
