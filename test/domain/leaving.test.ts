import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeStaffAccount } from '#cli/close-staff';
import { changeAccount } from '#domain/staff/changing.actions';
import type { StaffActor } from '#db/actor';
import { openCentre, type Cookie } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let administrator: StaffActor;
const idOf = async (who: Cookie): Promise<string> => String((await centre.app.get('/api/v1/staff/me', who)).json['id']);
beforeAll(async () => {
  centre = await openCentre();
  administrator = { kind: 'staff', id: await idOf(await centre.app.as('administrator', null)), role: 'administrator', centreId: null };
});
afterAll(() => centre.app.close());

describe('a person who leaves', () => {
  it.each([
    ['closed', async (id: string) => changeAccount(centre.app.deps.ctx, administrator, id, { active: false })],
    ['moved', async (id: string) => changeAccount(centre.app.deps.ctx, administrator, id, { centre: 'centre-06' })],
    ['appointed', async (id: string) => changeAccount(centre.app.deps.ctx, administrator, id, { role: 'administrator', centre: null })],
    // A terminal has no keys.
    ['closed at a terminal', async () => closeStaffAccount({ db: centre.app.deps.ctx.db, clock: centre.clock, live: centre.app.deps.ctx.live }, ['--login', 'leaver closed at a terminal'])],
  ] as const)('%s, leaves no case behind in hands that cannot work it', async (name, leave) => {
    const leaver = await centre.app.as('operator', 'centre-04', `leaver ${name}`);
    const one = await centre.held(leaver);
    const waiting = await centre.held(leaver);
    expect((await centre.act(leaver, waiting, 'reply', { version: waiting.version, text: 'في أي شهر؟', question: true })).status).toBe(200);
    const kept = await centre.held(centre.badr);

    await leave(await idOf(leaver));

    for (const left of [one, waiting]) {
      const seen = await centre.detail(centre.amal, left);
      expect(seen).toMatchObject({ status: 'assigned', assignedTo: null });
      expect((await centre.act(centre.amal, left, 'claim', { version: seen['version'] })).status).toBe(200);
      expect((await centre.events(left.id)).filter(({ type }) => type === 'case.released')).toHaveLength(1);
    }
    expect(await centre.detail(centre.badr, kept)).toMatchObject({ status: 'in_progress', version: kept.version });
  });
});
