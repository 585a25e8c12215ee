import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { system } from '#db/actor';
import { openDatabase } from '#db/client';
import { createLog } from '#lib/log';
import { consoleTexts } from '#texts/console';
import { databaseUrl, expectAccessible, useBrowser } from './browser.ts';
import { file, inTheirCentre, staffAt } from './filing.ts';

const { ar, fr } = consoleTexts;
const { enter } = useBrowser();
const db = openDatabase(databaseUrl, createLog('silent'));
afterAll(() => db.close());

const write = (statement: string, ...values: string[]) => db.withActor(system, (tx) => tx.raw(statement, values));
/** The phone spoke so many minutes ago; it speaks again within a minute. */
const heard = (minutes: number) => write("update channel_accounts set last_seen_at = now() - $1::int * interval '1 minute' where account = 'smsgate:default'", String(minutes));
/** As when the person comes back to the window. */
const look = (page: Page) => page.evaluate(`dispatchEvent(new Event('visibilitychange'))`);
const shown = (reference: string): string => reference.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');

test('while no text arrives everybody at work reads what to do, until it does; and who asked to be called is called once', async () => {
  const { reference } = await file({ ...inTheirCentre, text: 'اتصلوا بي من فضلكم.', contact: { phone: '0661987655' } });
  const { id } = await (await staffAt('operator')).find(reference);
  await write("insert into callbacks (id, case_id, contact_point_id, state, requested_at) select $1, id, contact_point_id, 'open', now() - interval '20 minutes' from cases where id = $2", randomUUID(), id);

  const { callbacks: words } = ar;
  const [operator, supervisor] = [await enter('operator', ar, '/console/callbacks'), await enter('supervisor', fr, '/console/channels')];
  for (const [page, texts] of [[operator, ar], [supervisor, fr]] as const) {
    const alarm = page.getByRole('alert').filter({ hasText: texts.channelHealth.alarm.clears });
    await page.getByRole('heading', { level: 1 }).waitFor();
    const alarmed = async (minutes: number): Promise<boolean> => {
      await heard(minutes);
      await look(page);
      return alarm.isVisible();
    };
    await expect.poll(() => alarmed(11), { timeout: 30_000, interval: 300 }).toBe(true);
    await expectAccessible(page);
    await expect.poll(() => alarmed(0), { timeout: 30_000, interval: 300 }).toBe(false);
  }
  await supervisor.getByRole('row').filter({ hasText: 'smsgate:default' }).getByText(fr.channelHealth.states.ok, { exact: true }).waitFor();
  expect(await operator.getByText('smsgate').count()).toBe(0);
  await supervisor.context().close();

  const row = operator.getByRole('row').filter({ hasText: shown(reference) });
  const waiting = async (): Promise<number> => Number((await operator.locator('h1 + p').textContent())?.replace(/\D/g, ''));
  await row.getByText('+2126****7655').waitFor();
  const before = await waiting();
  // A colleague whom no other scenario knows.
  await write("insert into staff (id, login, name, role, language, centre_id, password_hash, created_at) select $1, 'a-colleague', 'أمل', role, language, centre_id, password_hash, now() from staff where login = 'operator'", randomUUID());
  const other = await enter('a-colleague', ar, '/console/callbacks');
  const theirs = other.getByRole('row').filter({ hasText: shown(reference) });
  const offered = theirs.getByRole('button', { name: words.takeOf(shown(reference)) });
  await offered.waitFor();
  await row.getByRole('button', { name: words.takeOf(shown(reference)) }).click();
  await row.getByText(words.me, { exact: true }).waitFor();
  await expect.poll(waiting).toBe(before - 1);
  await offered.click();
  await other.getByRole('alert').getByText(words.problems['taken'] ?? '').waitFor();
  await offered.waitFor({ state: 'detached' });
  await expectAccessible(operator);

  await row.getByRole('link', { name: shown(reference) }).click();
  await operator.getByText('اتصلوا بي من فضلكم.').waitFor();
  await operator.goBack();
  await row.getByRole('button', { name: words.doneOf(shown(reference)) }).click();
  await row.waitFor({ state: 'detached' });
  await Promise.all([operator.context().close(), other.context().close()]);
});
