import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roles } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { openDatabase, type Database } from '#db/client';
import { cases, citizens, queues } from '#db/schema/tables';
import { casePlace, casesInSight, queuesInSight } from '#domain/access/access.queries';
import { may, ordinary, type Place } from '#domain/access/access.rules';
import { createLog } from '#lib/log';
import { newReference } from '#lib/reference';
import { freshDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDatabase(database.url, createLog('silent'));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const centre = fc.constantFrom('centre-04', 'centre-06', 'centre-07');
const ids = [randomUUID(), randomUUID(), randomUUID()];
const people = fc.subarray(ids, { minLength: 1 });
const world = fc.record({
  queues: fc.array(fc.record({ centreId: centre, restricted: fc.boolean() }), { minLength: 1, maxLength: 5 }),
  cases: fc.array(fc.record({ centreId: fc.option(centre), queue: fc.option(fc.nat(4)), readers: fc.option(people), blocked: fc.option(people, { freq: 2 }) }), { minLength: 1, maxLength: 12 }),
  actors: fc.array(fc.record({ id: fc.constantFrom(...ids), role: fc.constantFrom(...roles), centreId: fc.option(centre) }), { minLength: 1, maxLength: 8 }),
});

const at = new Date('2026-11-22T10:00:00Z');
const blank = () => ({
  id: randomUUID(), reference: newReference(), codeHash: Buffer.alloc(32), kind: 'complaint', status: 'assigned', channel: 'web',
  receivedAt: at, receivedOn: '2026-11-22', legalDueDate: '2027-01-21', preview: '',
});

it('a list never shows a case or a queue that a frame would hide, nor hides one that a frame would tell of', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(world, async (made) => {
      const citizenId = randomUUID();
      const queueRows = made.queues.map((queue) => ({ ...queue, id: randomUUID(), nameAr: '', nameFr: '' }));
      const caseRows = made.cases.map(({ queue, ...facts }) => ({
        ...blank(), ...facts, citizenId, queueId: queue === null ? null : (queueRows[queue % queueRows.length]?.id ?? null),
      }));
      const placeOf = ({ centreId, readers, blocked, queueId }: (typeof caseRows)[number]): Place => ({
        centreId, readers, blocked, restricted: queueRows.some(({ id, restricted }) => id === queueId && restricted),
      });
      await db.withActor(system, async (tx) => {
        await tx.db.insert(queues).values(queueRows);
        await tx.db.insert(citizens).values({ id: citizenId, createdAt: at });
        // What a hint is given when a row is written is its place as well.
        const written = await tx.db.insert(cases).values(caseRows).returning(casePlace);
        expect(written).toEqual(caseRows.map(placeOf));
        for (const person of made.actors) {
          const actor: StaffActor = { kind: 'staff', ...person };
          const seenCases = new Set((await tx.db.select({ id: cases.id }).from(cases).where(casesInSight(actor))).map(({ id }) => id));
          const seenQueues = new Set((await tx.db.select({ id: queues.id }).from(queues).where(queuesInSight(actor))).map(({ id }) => id));
          for (const row of caseRows) expect([row.id, seenCases.has(row.id)]).toEqual([row.id, may(actor, 'case.read', placeOf(row))]);
          for (const row of queueRows) expect([row.id, seenQueues.has(row.id)]).toEqual([row.id, may(actor, 'case.read', { ...ordinary, ...row })]);
          compared += caseRows.length + queueRows.length;
        }
      });
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(500);
});
