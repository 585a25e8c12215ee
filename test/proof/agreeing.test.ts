import postgres from 'postgres';
import { afterAll, expect, it } from 'vitest';
import { settleMerges } from '#domain/merging/settling-merges.actions';
import { seal } from '#domain/proof/sealing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { openCentre } from '../support/centre.ts';

const { app, clock, amal, chief, waiting, held, act, detail, text } = await openCentre();
const superuser = postgres(app.databaseUrl, { max: 1 });
afterAll(async () => {
  await superuser.end();
  await app.close();
});
const { ctx, logSigner } = app.deps;
const verified = async () => {
  await seal(ctx, logSigner);
  return (await verifyLog(ctx.db, logSigner.verifier, null)).faults;
};

/** Each step a minute later, so that no two instants are the same by chance. */
const step = async (who: { cookie: string }, one: { id: string }, verb: string, body: Record<string, unknown>): Promise<void> => {
  clock.advance(60_000);
  const answer = await act(who, one, verb, { version: (await detail(who, one))['version'], ...body });
  expect([verb, answer.status, answer.json]).toEqual([verb, 200, expect.anything()]);
};
const byCitizen = async (what: string, { reference, code }: { reference: string; code: string }, more: Record<string, unknown> = {}): Promise<void> => {
  clock.advance(60_000);
  expect((await app.post(`/api/v1/track/${what}`, { reference, code, ...more })).status).toBeLessThan(300);
};

it('whatever people do with cases, no case, message, note or rating is ever called altered', async () => {
  const phone = '+212663100001';
  await text(phone, 'a case by SMS');
  const one = await held(amal, { contact: { phone: '+212663100002' } });
  await step(amal, one, 'note', { text: 'an inner word' });
  await step(amal, one, 'reply', { text: 'which month?', question: true });
  await text('+212663100002', 'October');
  await step(amal, one, 'release', { reason: 'somebody else knows more' });
  await step(chief, one, 'assign', { queue: 'general-04', reason: 'stays here' });
  await step(amal, one, 'claim', {});
  await step(amal, one, 'move', { to: 'resolved', outcome: 'granted', text: 'it was paid' });
  await byCitizen('feedback', one, { rating: 1, solved: false, comment: 'it was not' });
  expect(await verified()).toEqual([]);
  await byCitizen('reopen', one, { reason: 'nothing came' });
  await step(amal, one, 'claim', {});
  expect(await verified()).toEqual([]);
  await step(amal, one, 'move', { to: 'resolved', outcome: 'granted', text: 'now it was' });
  const other = await held(amal);
  await step(amal, other, 'move', { to: 'in_triage', reason: 'is it ours?' });
  await step(chief, other, 'move', { to: 'inadmissible', reason: 'of another body', text: 'ask the court' });
  await byCitizen('withdraw', await waiting());
  const own = await waiting();
  await step(chief, own, 'assign', { queue: 'general-04', category: 'DATA.RECTIFY', reason: 'about their own data' });
  await waiting();
  expect(await verified()).toEqual([]);
});

it('whatever becomes of merged cases, none is ever called altered', async () => {
  const [main, merged, answered] = [await held(amal), await waiting(), await held(amal)];
  await step(amal, answered, 'move', { to: 'resolved', outcome: 'granted', text: 'it was paid' });
  for (const one of [merged, answered]) await step(amal, one, 'merge', { into: main.id, reason: 'the same matter' });
  await step(amal, main, 'move', { to: 'resolved', outcome: 'partly_granted', text: 'a part was paid' });
  await settleMerges(ctx, main.id);
  expect(await verified()).toEqual([]);
  await byCitizen('reopen', main);
  await settleMerges(ctx, main.id);
  expect(await verified()).toEqual([]);
  await step(amal, main, 'claim', {});
  await step(amal, main, 'move', { to: 'resolved', outcome: 'granted', text: 'now all was' });
  await settleMerges(ctx, main.id);
  expect(await verified()).toEqual([]);
  for (const one of [merged, answered]) await step(amal, one, 'unmerge', { reason: 'two matters' });
  expect(await verified()).toEqual([]);
  const [withdrawn, reopened, appealed] = [await waiting(), await waiting(), await waiting()];
  for (const one of [withdrawn, reopened, appealed]) await step(amal, one, 'merge', { into: main.id, reason: 'the same matter' });
  await byCitizen('withdraw', withdrawn);
  await settleMerges(ctx, main.id);
  await byCitizen('reopen', reopened);
  await byCitizen('appeal', appealed);
  expect(await verified()).toEqual([]);
});

it.each([
  ["update cases set status = 'closed' where status = 'assigned'", 'altered', 'status'],
  ["update cases set outcome = 'refused' where outcome = 'granted'", 'altered', 'outcome'],
  ["update cases set resolved_at = resolved_at - interval '20 days', resolved_on = resolved_on - 20 where status = 'resolved'", 'altered', 'resolved_at'],
  ["update cases set resolved_at = null where status = 'resolved'", 'altered', 'resolved_at'],
  ["update cases set legal_due_date = legal_due_date + 30 where status = 'withdrawn'", 'altered', 'legal_due_date'],
])('what makes an office look better is named: %s', async (statement, what, column) => {
  await superuser`create table kept as table cases`;
  const [changed] = await superuser.unsafe(`${statement} returning id`);
  expect(await verified()).toEqual([{ table: 'cases', what, row: expect.stringMatching(new RegExp(`, ${column}$`)) }]);
  expect(changed).toBeDefined();
  await superuser`update cases c set status = k.status, outcome = k.outcome, resolved_at = k.resolved_at, resolved_on = k.resolved_on, legal_due_date = k.legal_due_date from kept k where k.id = c.id`;
  await superuser`drop table kept`;
});
