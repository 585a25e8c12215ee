import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Receipt } from '#contract/filing';
import { filing } from '../support/app.ts';
import { openCentre, type Cookie } from '../support/centre.ts';

const { app, clock, amal, badr, chief, rows, waiting, held, detail } = await openCentre();
afterAll(() => app.close());

const Readings = z.array(z.object({ at: z.string(), reader: z.string(), why: z.string() }));
const readings = async (who: Cookie, id: string): Promise<z.infer<typeof Readings>> => Readings.parse((await app.get(`/api/v1/staff/cases/${id}/readings`, who)).json);

describe('the read log', () => {
  it('nobody reads a case unseen: who, when and why are kept, the latest first', async () => {
    const one = await held(amal);
    await detail(amal, one);
    clock.advance(60_000);
    await detail(badr, one);
    clock.advance(60_000);
    await detail(chief, one);
    const seen = await readings(chief, one.id);
    expect(seen.map(({ why }) => why)).toEqual(['supervises', 'looks', 'holds']);
    expect(new Set(seen.map(({ reader }) => reader)).size).toBe(3);
    expect(seen[0]?.at).toBe(clock.now().toISOString());
  });

  it('a screen that reads again and again is one reading, until a quarter of an hour is over', async () => {
    const one = await waiting();
    for (let i = 0; i < 3; i += 1) await detail(badr, one);
    expect(await readings(chief, one.id)).toHaveLength(1);
    clock.advance(15 * 60_000 + 1);
    await detail(badr, one);
    expect(await readings(chief, one.id)).toHaveLength(2);
  });

  it('is shown to supervisors of the centre only, and reading it is no reading', async () => {
    const one = await waiting();
    await detail(badr, one);
    expect((await app.get(`/api/v1/staff/cases/${one.id}/readings`, amal)).status).toBe(403);
    const stranger = await app.as('supervisor', 'centre-01', 'stranger');
    expect((await app.get(`/api/v1/staff/cases/${one.id}/readings`, stranger)).json).toMatchObject({ code: 'not_found' });
    expect((await app.get(`/api/v1/staff/cases/${one.id}`, stranger)).json).toMatchObject({ code: 'not_found' });
    expect(await readings(chief, one.id)).toHaveLength(1);
  });

  it('never stands in the life of the case, nor makes it new for anybody', async () => {
    const one = await waiting();
    const before = await detail(badr, one);
    clock.advance(16 * 60_000);
    expect(await detail(badr, one)).toEqual(before);
    expect(await rows("select count(*)::int as reads from events where type = 'case.read' and case_id = $1", one.id)).toEqual([{ reads: 2 }]);
  });

  it('tells the citizen when and in what role, never by whom', async () => {
    const { reference, code } = Receipt.parse((await app.post('/api/v1/cases', filing())).json);
    const [{ id = '' } = {}] = await rows<{ id: string }>('select id from cases where reference = $1', reference);
    await rows("update cases set centre_id = 'centre-04', queue_id = 'general-04', status = 'assigned', triaged_at = received_at where id = $1", id);
    const told = () => app.post('/api/v1/track/readings', { reference, code });
    expect((await told()).text).toBe('[]');
    await app.get(`/api/v1/staff/cases/${id}`, chief);
    expect((await told()).text).toBe(JSON.stringify([{ at: clock.now().toISOString(), by: 'supervisor' }]));
    expect((await app.post('/api/v1/track/readings', { reference, code: code === '000000' ? '000001' : '000000' })).json).toMatchObject({ code: 'not_found_or_wrong_code' });
  });
});
