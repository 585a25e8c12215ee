import { execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '#db/embedded/port';
import { projectRoot } from '#lib/root';
import { median, percentile, rounded, type Verdict } from './figures.ts';
import { asked, onGround, type Ground } from './ground.ts';
import { Outcome, type Order } from './intake.load.ts';

const rounds = 4;
/** Until the programs run compiled code: at some thousand cases per second about this long. */
const warmUpSeconds = 8;
const connections = 64;
const limits = { ofBare: 0.5, ofStatement: 1.2, p99: 100 };

/** A program under load: `database` is where it stores cases; the bare one stores none. */
type Program = { name: string; port: number; database: string | null; measured: Outcome[]; acknowledged: number; refused: number };

/**
 * Insat's POST /api/v1/cases as it runs in production, against a bare Fastify route and against one statement per case.
 * The three take turns within each round, so that a slow minute of the machine slows all of them.
 *
 * @param seconds of each turn
 */
export const benchIntake = async (seconds: number): Promise<Verdict> => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] });
  return onGround(async (ground) => {
    const load = startLoad(ground);
    const rivals = join(import.meta.dirname, 'intake.rivals.ts');
    const bare = await start(ground, 'bare', rivals, null);
    const statement = await start(ground, 'statement', rivals, await ground.database());
    const insat = await start(ground, 'insat', join(projectRoot, 'dist', 'src', 'server.js'), await ground.database());
    const programs = [bare, statement, insat];

    for (const program of programs) await take(program, load, warmUpSeconds);
    for (const program of programs) program.measured.length = 0;
    for (let round = 1; round <= rounds; round += 1) {
      for (const program of programs) await take(program, load, seconds);
      console.log(`round ${round}: ${programs.map(({ name, measured }) => `${name} ${rounded(rateOf(measured.at(-1)))}/s`).join(', ')}`);
    }
    return judge(bare, statement, insat);
  });
};

const start = async (ground: Ground, name: string, path: string, database: string | null): Promise<Program> => {
  const port = await freePort();
  await ground.program(path, {
    RIVAL: name,
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    CODE_KEY: randomBytes(32).toString('hex'),
    LOG_KEY: randomBytes(32).toString('hex'),
    DATA_KEYS: `1:${randomBytes(32).toString('hex')}`,
    INDEX_KEY: randomBytes(32).toString('hex'),
    DATABASE_URL: database ?? '',
  });
  for (const deadline = performance.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    // Until it listens, every call is refused.
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    if (answer?.ok) return { name, port, database, measured: [], acknowledged: 0, refused: 0 };
    if (performance.now() > deadline) throw new Error(`${name} was not ready within 30 s.`);
  }
};

type Load = (order: Order) => Promise<Outcome>;

const startLoad = (ground: Ground): Load => {
  const child = fork(join(import.meta.dirname, 'intake.load.ts'), { serialization: 'advanced' });
  ground.onEnd(async () => void child.disconnect());
  const gone = new AbortController();
  child.once('exit', () => gone.abort());
  return async (order) => {
    child.send(order);
    const [outcome] = await once(child, 'message', { signal: gone.signal });
    return Outcome.parse(outcome);
  };
};

const take = async (program: Program, load: Load, seconds: number): Promise<void> => {
  const outcome = await load({ port: program.port, seconds, connections });
  program.measured.push(outcome);
  program.acknowledged += outcome.latencies.length;
  program.refused += outcome.refused;
  if (program.database !== null) await atRest(program.database);
};

/** Waits until the server has added the last jobs, so that its work is not charged to the next program. */
const atRest = (database: string): Promise<void> =>
  asked(database, async (sql) => {
    for (let quiet = 0; quiet < 3; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const [row] = await sql<{ busy: boolean }[]>`
        select exists (select from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend') as busy`;
      quiet = row?.busy === false ? quiet + 1 : 0;
    }
  });

const rateOf = (outcome: Outcome | undefined): number => (outcome ? outcome.latencies.length / outcome.seconds : Number.NaN);

const figuresOf = ({ measured }: Program) => {
  const latencies = Float64Array.from(measured.flatMap((outcome) => [...outcome.latencies]));
  return { rate: rounded(median(measured.map(rateOf))), p50: rounded(percentile(latencies, 0.5), 1), p99: rounded(percentile(latencies, 0.99), 1) };
};

const ratioOf = (one: Program, other: Program): number => median(one.measured.map((outcome, round) => rateOf(outcome) / rateOf(other.measured[round])));

const judge = async (bare: Program, statement: Program, insat: Program): Promise<Verdict> => {
  const broken: string[] = [];
  for (const program of [bare, statement, insat]) {
    const { rate, p50, p99 } = figuresOf(program);
    console.log(`${program.name.padEnd(10)} ${String(rate).padStart(6)}/s   p50 ${p50} ms   p99 ${p99} ms`);
  }
  if (insat.refused > 0) broken.push(`Insat answered ${insat.refused} filings with something other than 201.`);
  const ofBare = ratioOf(insat, bare);
  const ofStatement = ratioOf(insat, statement);
  console.log(`insat / bare ${ofBare.toFixed(2)} (at least ${limits.ofBare}), insat / statement ${ofStatement.toFixed(2)} (at least ${limits.ofStatement})`);
  const figures = figuresOf(insat);
  if (!(ofBare >= limits.ofBare)) broken.push(`Insat files ${ofBare.toFixed(2)} of what the bare route answers; ${limits.ofBare} is the least.`);
  if (!(ofStatement >= limits.ofStatement)) broken.push(`Insat files ${ofStatement.toFixed(2)} times what single statements do; ${limits.ofStatement} is the least.`);
  if (!(figures.p99 < limits.p99)) broken.push(`One filing in a hundred took ${figures.p99} ms or longer; it must be below ${limits.p99} ms.`);

  for (const program of [statement, insat]) {
    const { stored, whole } = await storedBy(program);
    console.log(`${program.name}: ${program.acknowledged} acknowledged, ${stored} stored, ${whole} of them whole`);
    if (stored !== program.acknowledged) broken.push(`${program.name} acknowledged ${program.acknowledged} cases and stored ${stored}.`);
    if (whole !== stored) broken.push(`${stored - whole} cases of ${program.name} lack their message, deadline, event or contact.`);
  }
  const { stored } = await storedBy(insat);
  return {
    figures: {
      intake: {
        ...figures,
        bareRate: figuresOf(bare).rate,
        perStatementRate: figuresOf(statement).rate,
        stored,
        acknowledged: insat.acknowledged,
      },
    },
    broken,
  };
};

/** Cases in the program's database, and those that have all that was filed and promised with them. */
const storedBy = async ({ database }: Program): Promise<{ stored: number; whole: number }> => {
  const [row] = await asked(database ?? '', (sql) => sql<{ stored: number; whole: number }[]>`
    select count(*)::int as stored, count(*) filter (
      where exists (select from messages m where m.case_id = c.id and m.kind = 'narrative')
        and exists (select from deadlines d where d.case_id = c.id and d.kind = 'legal' and d.due_date = c.legal_due_date)
        and exists (select from events e where e.case_id = c.id and e.type = 'case.received')
        and exists (select from citizen_contacts l where l.citizen_id = c.citizen_id and l.contact_point_id = c.contact_point_id)
    )::int as whole from cases c`);
  return row ?? { stored: 0, whole: 0 };
};
