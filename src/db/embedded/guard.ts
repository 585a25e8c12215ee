import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { ProgramFailed } from './failure.ts';

/**
 * The program must not outlive us, however we die, and must not die before us by the terminal's Ctrl-C.
 * So it gets a session of its own, and a watcher that reads from a pipe only we hold: when we are gone, even by
 * SIGKILL, the kernel closes the pipe and the watcher interrupts the program. A line in the pipe calls the watcher off.
 * The shell becomes the program (exec), so its process id is the program's; the watcher is forked twice so that
 * the program never sees a child it does not know.
 */
const script = '( ( read -r _ <&3 || kill -INT $$ ) >/dev/null 2>&1 & ); exec "$@" 2>&1 3<&-';

const keptLines = 50;
const patienceMs = 20_000;

/**
 * Starts a long-running program that ends with us at the latest, and waits until it prints a line matching `ready`.
 *
 * @param command program and arguments, no shell syntax
 * @param options.prefix what runs the program, as `setpriv` and its arguments; the watcher runs under it as well
 * @param options.log gets each line the program prints
 * @returns `stop`: interrupts the program (SIGINT), after 20 s without effect harder (SIGQUIT), and waits for its end
 * @throws ProgramFailed when it ends before it is ready
 */
export async function startGuarded(
  command: readonly [string, ...string[]],
  options: { ready: RegExp; prefix?: readonly string[]; env?: NodeJS.ProcessEnv; log?: (line: string) => void },
): Promise<{ stop(): Promise<void> }> {
  const [first, ...rest] = [...(options.prefix ?? []), 'sh', '-c', script, 'sh', ...command];
  const child = spawn(first ?? 'sh', rest, {
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, stdout, stderr, pipe] = child.stdio;
  if (!(stdout instanceof Readable && stderr instanceof Readable && pipe instanceof Writable)) {
    throw new TypeError('a child started with pipes has none');
  }
  pipe.on('error', () => undefined); // the watcher was killed by someone: nobody is left to call off

  const last: string[] = [];
  const heard = (line: string): void => {
    last.push(line);
    if (last.length > keptLines) last.shift();
    options.log?.(line);
  };
  const output = createInterface({ input: stdout }).on('line', heard);
  createInterface({ input: stderr }).on('line', heard);

  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => pipe.end('\n'));
    child.once('close', () => resolve());
  });

  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      if (options.ready.test(line)) resolve();
    });
    child.once('error', (cause) => reject(new ProgramFailed(command[0], `${first}: ${cause.message}`, cause)));
    void ended.then(() => reject(new ProgramFailed(command[0], last.join('\n'))));
  });

  return {
    async stop() {
      child.kill('SIGINT');
      const harder = setTimeout(() => child.kill('SIGQUIT'), patienceMs);
      await ended;
      clearTimeout(harder);
    },
  };
}
