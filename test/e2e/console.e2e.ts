import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { TerritoryList } from '#contract/filing';
import { consoleTexts } from '#texts/console';
import { base, expectAccessible, password, useBrowser } from './browser.ts';
import { file } from './filing.ts';

const { ar, fr } = consoleTexts;

const { openConsole, enter } = useBrowser();

/** One complaint from every region, so that one of them is the operator's, whichever centre that is. */
async function fileEverywhere(text: string): Promise<void> {
  const regions = TerritoryList.parse(await (await fetch(`${base}/api/v1/territories`)).json());
  for (const { provinces } of regions) if (provinces[0]) await file({ text, territory: { province: provinces[0].code }, anonymous: true });
}

test('an operator sees a complaint arrive without reloading, takes it, answers it and resolves it', async () => {
  const page = await enter('operator', ar);
  await page.getByRole('table').waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await page.getByText(ar.live.live).waitFor();
  await expectAccessible(page);

  // A new complaint stands last in a long queue: all of it is on the screen before anything arrives.
  const more = page.getByRole('button', { name: ar.queue.more });
  while (await more.isVisible()) {
    await more.click();
    await page.waitForLoadState('networkidle');
  }
  let loads = 0;
  page.on('load', () => (loads += 1));
  const words = `رفض السجل الاجتماعي الموحد طلبي ${randomUUID().slice(0, 8)}`;
  await fileEverywhere(words);
  const arrived = page.getByRole('row', { name: words }).first();
  await arrived.waitFor();
  expect(loads).toBe(0);

  await arrived.getByRole('link').click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('button', { name: ar.act.claim }).click();
  await page.getByLabel(ar.act.replyLabel).fill('توصلنا بشكايتكم ونراجع ملفكم اليوم.');
  await expectAccessible(page);

  // Going away and coming back loses nothing that was written.
  await page.getByRole('link', { name: ar.case.back }).click();
  await page.getByRole('table').waitFor();
  await page.goBack();
  expect(await page.getByLabel(ar.act.replyLabel).inputValue()).toContain('نراجع ملفكم');

  await page.getByRole('button', { name: ar.act.send, exact: true }).click();
  await page.getByRole('listitem').filter({ hasText: 'نراجع ملفكم' }).waitFor();

  await page.getByRole('tab', { name: ar.act.resolve, exact: true }).click();
  await page.getByLabel(ar.act.outcome, { exact: true }).selectOption('granted');
  await page.getByLabel(ar.act.told).fill('قُبل طلبكم، وستتوصلون بالدعم.');
  await page.getByRole('button', { name: ar.act.resolveSubmit }).click();
  await page.getByText(ar.statuses.resolved, { exact: true }).first().waitFor();
  await page.getByRole('listitem').filter({ hasText: 'قُبل طلبكم' }).waitFor();
  await expectAccessible(page);

  // What was answered leaves the list of the day, and is found again by its state.
  const reference = (await page.getByRole('heading', { level: 1 }).locator('bdi').textContent()) ?? '';
  await page.getByRole('link', { name: ar.case.back }).click();
  await page.getByRole('table').waitFor();
  await page.getByRole('link', { name: reference }).waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: ar.queue.columns.status }).selectOption('resolved');
  await page.getByRole('link', { name: reference }).waitFor();

  await page.getByRole('button', { name: ar.queue.next }).click();
  await Promise.race([page.waitForURL('**/console/case/*'), page.getByText(ar.queue.nothingWaits).waitFor()]);
  await page.context().close();
});

test('a reply begun before the case changed never leaves until its author has looked at what is new, and none of it is lost', async () => {
  const [page, chief] = [await enter('operator', ar), await enter('supervisor', ar)];
  await page.getByText(ar.live.live).waitFor();
  await page.getByRole('button', { name: ar.queue.next }).click();
  const reply = page.getByLabel(ar.act.replyLabel);
  await reply.fill('نراجع ملفكم اليوم.');
  await page.waitForURL('**/console/case/*');
  // Signed in by now: going away earlier would break that off.
  await chief.getByText(ar.live.live).waitFor();
  await chief.goto(page.url());
  await chief.getByRole('tab', { name: ar.act.note, exact: true }).click();
  await chief.getByLabel(ar.act.noteLabel).fill('اتصل المواطن من جديد.');
  const refetch = page.waitForRequest((request) => request.method() === 'GET' && request.url().includes('/staff/cases/'));
  await chief.getByRole('button', { name: ar.act.noteSubmit }).click();
  expect((await refetch).headers()['x-insat-background']).toBe('1');

  await page.getByText(ar.case.changed).waitFor();
  const send = page.getByRole('button', { name: ar.act.send, exact: true });
  expect([await send.isEnabled(), await reply.inputValue()]).toEqual([false, 'نراجع ملفكم اليوم.']);
  await expectAccessible(page);
  await page.getByRole('button', { name: ar.case.reviewed }).click();
  await send.click();
  await page.getByRole('listitem').filter({ hasText: 'نراجع ملفكم' }).waitFor();
  expect(await reply.inputValue()).toBe('');
  await Promise.all([page.context().close(), chief.context().close()]);
});

test('a case of another region goes to the centre of that region, and out of sight', async () => {
  const page = await enter('operator', ar);
  await page.getByRole('button', { name: ar.queue.next }).click();
  await page.waitForURL('**/console/case/*');
  await page.getByRole('tab', { name: ar.act.other }).click();
  await page.getByLabel(ar.act.action).selectOption('assign');
  await page.getByLabel(ar.act.queue, { exact: true }).selectOption('integrity-06');
  await page.getByLabel(ar.act.reason).fill('تسكن المواطنة في الدار البيضاء، وتشتكي من رشوة.');
  await expectAccessible(page);
  const address = page.url();
  await page.getByRole('button', { name: ar.act.submit }).click();
  await page.getByRole('table').waitFor();
  await page.goto(address);
  await page.getByText(ar.problems.not_found).waitFor();
  await page.context().close();
});

test('an administrator reads how long people waited, and is shown no case', async () => {
  const page = await enter('administrator', ar);
  await page.getByRole('heading', { level: 1, name: ar.report.heading }).waitFor();
  await page.getByRole('row', { name: ar.report.total }).waitFor();
  expect(await page.getByText(ar.report.how).isVisible()).toBe(true);
  expect(await page.getByRole('link', { name: ar.nav.queue, exact: true }).count()).toBe(0);
  await expectAccessible(page);

  await page.getByText(ar.report.dimensions.channel, { exact: true }).click();
  await page.getByRole('button', { name: ar.report.show }).click();
  await page.getByRole('columnheader', { name: ar.report.dimensions.channel, exact: true }).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: ar.report.csv }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  await page.context().close();
});

test('an observer reads the same report, without any figure of few cases, and is told that some are withheld', async () => {
  const page = await enter('observer', ar);
  await page.getByText(ar.report.dimensions.category, { exact: true }).click();
  await page.getByText(ar.report.dimensions.channel, { exact: true }).click();
  await page.getByRole('button', { name: ar.report.show }).click();
  await page.getByRole('columnheader', { name: ar.report.dimensions.channel, exact: true }).waitFor();
  await page.getByText(ar.report.fewHow).waitFor();
  const counts = await page.locator('table.report tbody tr > td:nth-of-type(1)').allTextContents();
  expect(counts).toContain(ar.report.few);
  expect(counts.filter((count) => /^[1-9]$/.test(count))).toEqual([]);
  await expectAccessible(page);
  await page.context().close();
});

test('the language is changed in place, and with it the side on which lines begin', async () => {
  const page = await enter('operator', ar);
  await page.getByRole('button', { name: fr.languageName }).click();
  await page.getByRole('button', { name: fr.queue.next }).waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
  expect(await page.locator('html').getAttribute('lang')).toBe('fr');
  expect(new URL(page.url()).searchParams.get('lang')).toBe('fr');
  await page.context().close();
});

test('a wrong password is refused in words, and shows nothing', async () => {
  const page = await openConsole('/console?lang=fr');
  await page.getByLabel(fr.signIn.login).fill('operator');
  await page.getByLabel(fr.signIn.password, { exact: true }).fill(`${password}x`);
  await page.getByRole('button', { name: fr.signIn.submit }).click();
  await page.getByRole('alert').getByText(fr.problems.wrong_login).waitFor();
  await page.context().close();
});
