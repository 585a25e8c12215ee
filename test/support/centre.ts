import { system } from '#db/actor';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { filing, line, startApp, testClock, type Answer, type TestApp } from './app.ts';

export type Cookie = { cookie: string };
export type Held = { id: string; version: number; reference: string; code: string };

/**
 * The listening centre of Rabat at work: two operators and their supervisor, no workers, and a clock that stands still. What
 * workers would do, the test does itself.
 */
export const openCentre = async (options: { clamdUrl?: string } = {}) => {
  const clock = testClock();
  const app: TestApp = await startApp({ clock, ...options });
  const { ctx } = app.deps;
  let texts = 0;
  const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
    ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));

  /** A case in the general queue of centre-04, triaged and waiting. */
  const waiting = async (more: Record<string, unknown> = {}): Promise<Held> => {
    const { reference, code } = (await app.post('/api/v1/cases', filing(more))).json as { reference: string; code: string };
    const [found] = await rows<{ id: string }>('select id from cases where reference = $1', reference);
    if (!found) throw new Error('the case is not there');
    await triageCase(ctx, found.id);
    return { id: found.id, version: 2, reference, code };
  };
  const act = (who: Cookie, { id }: { id: string }, verb: string, body: Record<string, unknown>): Promise<Answer> =>
    app.post(`/api/v1/staff/cases/${id}/${verb}`, body, who);
  const detail = async (who: Cookie, { id }: { id: string }) => (await app.get(`/api/v1/staff/cases/${id}`, who)).json;

  return {
    app,
    clock,
    amal: await app.as('operator', 'centre-04', 'amal'),
    badr: await app.as('operator', 'centre-04', 'badr'),
    chief: await app.as('supervisor', 'centre-04', 'chief'),
    rows,
    waiting,
    act,
    detail,
    held: async (who: Cookie, more: Record<string, unknown> = {}): Promise<Held> => {
      const one = await waiting(more);
      const { status } = await act(who, one, 'claim', { version: one.version });
      if (status !== 200) throw new Error('the case could not be claimed');
      return { ...one, version: one.version + 1 };
    },
    next: (who: Cookie, queue = 'general-04'): Promise<Answer> => app.post(`/api/v1/staff/queues/${queue}/next`, {}, who),
    events: (id: string) => rows<{ type: string; data: Record<string, unknown> }>('select type, data from events where case_id = $1 order by id', id),
    statusOf: async (who: Cookie, one: { id: string }) => (await detail(who, one))['status'],
    /** A text from a phone reaches its case, or opens one, which is triaged. @returns that case's id */
    text: async (from: string, words: string, files: string[] = []): Promise<string> => {
      texts += 1;
      const media = files.map((type) => ({ url: 'https://provider.example/file', type }));
      const providerId = `text ${texts}`;
      await receiveMessage(ctx, { channel: 'sms', account: 'line', providerId, from, to: line, text: words, media, raw: {} });
      const [received] = await rows<{ id: string }>('select id from messages where provider_id = $1', providerId);
      if (!received) throw new Error('the text is not there');
      await routeMessage(ctx, received.id);
      const [found] = await rows<{ id: string }>('select case_id as id from messages where id = $1', received.id);
      if (!found) throw new Error('the text has no case');
      await triageCase(ctx, found.id);
      return found.id;
    },
  };
};
