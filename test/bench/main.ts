/**
 * `npm run bench -- <name>`: measurements that a change to intake or to the jobs must not make worse. They run against a
 * durable PostgreSQL of their own in a temporary folder. Limits are ratios between figures of one run, because a
 * machine's speed drifts; a broken limit is told in a sentence and ends the program with status 1.
 */
import { parseArgs } from 'node:util';
import { benchIntake } from './intake.ts';
import { benchJobs } from './jobs.ts';
import type { Verdict } from './figures.ts';

const usage = `Benches:
  npm run bench -- intake [--seconds 5] [--json]   filing cases over HTTP; seconds per round and program
  npm run bench -- jobs [--count 200000] [--json]  the job stores on a used database; jobs per pass
--json adds the figures as one object on the last line.`;

const positive = (option: string, text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} takes a whole number above 0.`);
  return number;
};

const main = async (): Promise<void> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, seconds: { type: 'string', default: '5' }, count: { type: 'string', default: '200000' } },
  });
  const benches: Record<string, () => Promise<Verdict>> = {
    intake: () => benchIntake(positive('seconds', values.seconds)),
    jobs: () => benchJobs(positive('count', values.count)),
  };
  const [name = '', ...rest] = positionals;
  const bench = rest.length === 0 && Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) {
    console.log(usage);
    process.exitCode = name === '' ? 0 : 1;
    return;
  }
  const { figures, broken } = await bench();
  for (const sentence of broken) console.log(`BROKEN: ${sentence}`);
  if (values.json === true) console.log(JSON.stringify(figures));
  process.exitCode = broken.length > 0 ? 1 : 0;
};

await main();
