import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Role } from '#contract/words';
import { LiveFrame } from '#contract/live';
import { QueueView } from '#contract/staff';
import { may, type Verb } from '#domain/access/access.rules';
import { eventually } from '../support/app.ts';
import { callers, isRole, things, type Caller, type Ground, type Target, type Thing } from './ground.ts';
import { actorFor, type Sight } from './matrix.ts';

type Tried = { cells: number; faults: string[] };

const list = '/staff/cases';
const report = '/staff/reports/response-times';
/** Each way to read that names no case in its address: lists, searches, filters, counts, figures. */
const doors: { verb: Verb; path: (target: Target) => string; finds?: true }[] = [
  { verb: 'case.list', path: () => list },
  { verb: 'case.list', path: () => `${list}?limit=100` },
  { verb: 'case.list', path: ({ reference }) => `${list}?q=${reference}`, finds: true },
  { verb: 'case.list', path: ({ reference }) => `${list}?q=${reference.slice(0, 3)}%20${reference.slice(3)}`, finds: true },
  { verb: 'case.list', path: ({ word }) => `${list}?q=${word}` },
  { verb: 'case.list', path: () => `${list}?q=%25` },
  ...['assigned', 'in_progress', 'received'].map((state) => ({ verb: 'case.list' as const, path: () => `${list}?state=${state}` })),
  ...['centre-04', 'centre-06', '%25'].map((centre) => ({ verb: 'case.list' as const, path: () => `${list}?centre=${centre}` })),
  { verb: 'case.list', path: ({ queue }) => `${list}?queue=${queue}` },
  ...['FAIR', 'FAIR.BRIBE'].map((category) => ({ verb: 'case.list' as const, path: () => `${list}?category=${category}` })),
  ...['mine=true', 'due=late', 'due=fortnight'].map((filter) => ({ verb: 'case.list' as const, path: () => `${list}?${filter}` })),
  { verb: 'session.own', path: () => '/staff/me' },
  { verb: 'queue.list', path: () => '/staff/queues' },
  { verb: 'destination.list', path: () => '/staff/destinations' },
  { verb: 'report.read', path: () => `${report}?by=region,channel,category,centre,month` },
  { verb: 'report.read', path: () => `${report}.csv?by=region,channel,category,centre,month` },
];

const roleOf = (caller: Caller): Role | null => (isRole(caller) ? caller : null);
const shows = (text: string, { id, reference, word }: Target): boolean => [id, reference, word].some((mark) => text.includes(mark));

const doorsFor = (role: Role) => doors.filter((door) => may(actorFor(role), door.verb));

/** How many cells the side doors have: every role at each door that it may open, on every kind of object. */
export const sideDoorCells = (): number => callers.filter(isRole).reduce((sum, role) => sum + doorsFor(role).length * things.length, 0);

/** Looks for every object through every door, as every role that may open it. */
export const trySideDoors = async (ground: Ground, seen: Sight): Promise<Tried> => {
  const faults: string[] = [];
  let cells = 0;
  for (const caller of callers.filter(isRole))
    for (const { path, finds } of doorsFor(caller))
      for (const thing of things) {
        cells += 1;
        const target = ground.thing(thing);
        const { status, text } = await ground.call(`GET /api/v1${path(target)}`, ground.headersOf(caller));
        const inSight = seen[caller].includes(thing);
        if (status !== 200) faults.push(`${path(target)}, ${caller}: answers ${status}`);
        if (!inSight && shows(text, target)) faults.push(`${path(target)}, ${caller}: shows the ${thing} case`);
        if (inSight && finds && !shows(text, target)) faults.push(`${path(target)}, ${caller}: misses the ${thing} case`);
      }
  return { cells, faults };
};

const Figures = z.object({ total: z.object({ count: z.number() }), rows: z.array(z.object({ centre: z.string().nullable() })) });

/** Numbers tell too: what is counted for a person is what the person may see, or the figures of their centre or line. */
export const tryCounts = async (ground: Ground, seen: Sight): Promise<Tried> => {
  const faults: string[] = [];
  let cells = 0;
  const compare = (what: string, told: unknown, held: unknown) => {
    cells += 1;
    if (JSON.stringify(told) !== JSON.stringify(held)) faults.push(`${what}: tells ${JSON.stringify(told)}, not ${JSON.stringify(held)}`);
  };
  for (const caller of callers.filter(isRole)) {
    const ask = (path: string) => ground.call(`GET /api/v1${path}`, ground.headersOf(caller));
    const kept = '(c.readers is null or $1::uuid = any(c.readers)) and (c.blocked is null or $1::uuid <> all(c.blocked))';
    if (may(actorFor(caller), 'queue.list')) {
      const told = z.array(QueueView).parse(JSON.parse((await ask('/staff/queues')).text)).map(({ id, waiting }) => ({ id, waiting }));
      const inSight = await ground.rows<{ id: string; waiting: number }>(
        `select q.id, (select count(*)::int from cases c where c.queue_id = q.id and c.status = 'assigned' and c.assigned_to is null and ${kept}) as waiting from queues q where q.id = any($2::text[]) order by 1`,
        ground.idOf(caller), `{${seen[caller].map((thing) => ground.thing(thing).queue).join(',')}}`,
      );
      compare(`queues of the ${caller}`, told, inSight);
    }
    if (may(actorFor(caller), 'report.read')) {
      const { total, rows } = Figures.parse((await ask(`${report}?by=centre`)).json);
      const measured = await ground.rows<{ centre: string | null; count: number }>(
        `select centre_id as centre, count(*)::int as count from cases c where ${caller === 'supervisor' ? `centre_id = 'centre-04' and ${kept}` : '$1::uuid is not null'} group by 1 order by 1`,
        ground.idOf(caller),
      );
      compare(`centres in the report of the ${caller}`, rows.map(({ centre }) => centre), measured.map(({ centre }) => centre));
      compare(`sum of the report of the ${caller}`, total.count, measured.reduce((sum, { count }) => sum + count, 0));
    }
  }
  return { cells, faults };
};

/** `heard`: the last version of a case that it was told of. */
type Ear = { caller: Caller; heard: Map<string, number>; socket: WebSocket };

/** Opens the live line, or tells with which status it was refused. */
const listen = (ground: Ground, caller: Caller): Promise<Ear | number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${ground.app.url.replace('http', 'ws')}/live`, { headers: ground.headersOf(caller) });
    const heard = new Map<string, number>();
    socket.on('message', (data) => {
      const { caseId, version } = LiveFrame.parse(JSON.parse(String(data)));
      heard.set(caseId, Math.max(version, heard.get(caseId) ?? 0));
    });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('error', reject);
    socket.on('open', () => resolve({ caller, heard, socket }));
  });

/** What was sent before the answer to a ping has arrived before it. */
const settled = ({ socket }: Ear): Promise<void> =>
  new Promise((resolve) => {
    socket.once('pong', () => resolve());
    socket.ping();
  });

/** Everybody listens while the citizen of every case writes; who is told is who may see it. */
export const tryFrames = async (ground: Ground, seen: Sight): Promise<Tried> => {
  const faults: string[] = [];
  const ears: Ear[] = [];
  let cells = 0;
  for (const caller of callers) {
    cells += 1;
    const role = roleOf(caller);
    const expected = role === null ? 401 : may(actorFor(role), 'live.listen') ? 'open' : 403;
    const found = await listen(ground, caller);
    if (typeof found !== 'number') ears.push(found);
    const got = typeof found === 'number' ? found : 'open';
    if (got !== expected) faults.push(`live line, ${caller}: ${got}, not ${expected}`);
  }
  const changed: { thing: Thing; target: Target }[] = [];
  // The own case last: once its frame is there, so are all that were to come before it.
  for (const thing of things.toReversed().filter((one) => one !== 'missing')) {
    const target = await ground.make(thing);
    const { status } = await ground.app.post('/api/v1/track/messages', { reference: target.reference, code: target.code, text: 'ما زلت أنتظر' });
    if (status !== 201) throw new Error(`the citizen of the ${thing} case could not write: ${status}`);
    changed.push({ thing, target });
  }
  // What was told while it came about, before it was sealed or somebody blocked, is not what is tried here.
  const hears = ({ heard }: Ear, { id, version }: Target): boolean => (heard.get(id) ?? 0) > version;
  const last = changed.at(-1)?.target;
  await eventually(async () => last !== undefined && ears.some((ear) => hears(ear, last)));
  await Promise.all(ears.map(settled));
  for (const ear of ears) {
    const { caller } = ear;
    ear.socket.close();
    for (const { thing, target } of changed) {
      cells += 1;
      const role = roleOf(caller);
      const inSight = role !== null && seen[role].includes(thing);
      if (hears(ear, target) !== inSight) faults.push(`live line, ${caller}: ${inSight ? 'misses' : 'tells of'} the ${thing} case`);
    }
  }
  return { cells, faults };
};
