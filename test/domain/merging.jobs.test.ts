import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { sweep } from '#domain/sweep/sweep.actions';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let chief: { cookie: string };
beforeAll(async () => {
  app = await startApp({ work: true });
  chief = await app.as('supervisor', 'centre-04', 'chief');
});
afterAll(() => app.close());

const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> => app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
type Filed = { id: string; reference: string; code: string };
const waiting = async (): Promise<Filed> => {
  const { reference, code } = (await app.post('/api/v1/cases', filing({ kind: 'inquiry', territory: { province: 'MA-SAL' } }))).json as { reference: string; code: string };
  return eventually(async () => {
    const [found] = await rows<{ id: string }>("select id from cases where reference = $1 and status = 'assigned'", reference);
    return found && { ...found, reference, code };
  });
};
const act = async ({ id }: Filed, verb: string, body: object) => {
  const [found] = await rows<{ version: number }>('select version from cases where id = $1', id);
  expect((await app.post(`/api/v1/staff/cases/${id}/${verb}`, { version: found?.version, ...body }, chief)).status).toBe(200);
};
const isTold = ({ reference, code }: Filed) => async () =>
  ((await app.post('/api/v1/track', { reference, code })).json['messages'] as { from: string }[]).some(({ from }) => from === 'insat');

it('the citizen of a merged case is told by a worker once the other is answered, also where the job was lost', async () => {
  const [main, merged] = [await waiting(), await waiting()];
  await act(merged, 'merge', { into: main.id, reason: 'نفس الموضوع' });
  await act(main, 'move', { to: 'resolved', outcome: 'informed', text: 'هذا جواب سؤالكم.' });
  await eventually(isTold(merged));

  const late = await waiting();
  await act(late, 'merge', { into: main.id, reason: 'نفس الموضوع' });
  await eventually(isTold(late));
  // As if it had been answered without the job: the row still says what is to be done.
  await rows('update merges set unsettled = true, told_at = null where case_id = $1 returning case_id', late.id);
  await sweep(app.deps.ctx);
  await eventually(async () => (await rows('select 1 from merges where case_id = $1 and not unsettled and told_at is not null', late.id)).length === 1);
});
