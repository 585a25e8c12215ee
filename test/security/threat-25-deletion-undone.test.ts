import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { personOf } from '#domain/personal/people.queries';
import { filing, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

it('a citizen whose key was destroyed is unreadable also in rows from before, and the key is never made again', async () => {
  const { ctx } = app.deps;
  const { reference } = (await app.post('/api/v1/cases', filing({ contact: { name: 'زينب العلوي', phone: '0661987654' } }))).json;
  const rows = <Row extends object>(statement: string, ...values: string[]) => ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
  const [found] = await rows<{ id: string }>('select citizen_id as id from cases where reference = $1', String(reference));
  const id = found?.id ?? '';
  const person = () => ctx.db.withActor(system, (tx) => personOf(ctx, tx, id));
  expect(await person()).toEqual({ name: 'زينب العلوي', phone: '+212661987654', email: null });
  const before = await rows('select name from citizens where id = $1', id);

  await ctx.keys.destroy([id]);
  expect(await rows('select name from citizens where id = $1', id)).toEqual(before);
  expect(await person()).toEqual({ name: null, phone: null, email: null });
  await ctx.keys.keep([ctx.keys.make(id)]);
  expect(await person()).toEqual({ name: null, phone: null, email: null });
});
