import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { limits } from '#contract/limits';
import { consoleTexts, type ConsoleTexts } from '#texts/console';
import { expectAccessible, useBrowser } from './browser.ts';
import { file, inTheirCentre } from './filing.ts';

const { ar, fr } = consoleTexts;
const { enter } = useBrowser();

const name = 'زينب العلوي';
const text = 'توقف الدعم، ورقمي 0661987654.';

/** Files one in the name of a citizen and opens it as this person. */
const openNew = async (login: string, texts: ConsoleTexts): Promise<Page> => {
  const { reference } = await file({ ...inTheirCentre, text, contact: { name, phone: '0661987654' } });
  const page = await enter(login, texts);
  const shown = reference.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');
  const more = page.getByRole('button', { name: texts.queue.more });
  const link = page.getByRole('link', { name: shown });
  await page.getByRole('table').waitFor();
  while (!(await link.isVisible())) {
    await link.or(more).first().waitFor();
    if (await more.isVisible()) await more.click();
  }
  await link.click();
  await page.getByRole('heading', { level: 1, name: shown }).waitFor();
  return page;
};

test('a name and a number are shown for a reason only, with what is left of the day, and hidden again', async () => {
  const page = await openNew('operator', fr);
  const { reveal: words } = fr.privacy;
  const panel = page.getByRole('region', { name: words.heading });
  expect(await page.getByText('661987654').or(page.getByText(name)).count()).toBe(0);
  await panel.getByRole('button', { name: words.begin }).click();
  await panel.getByLabel(words.reason).fill('للاتصال بها وتأكيد الوثائق');
  await panel.getByRole('button', { name: words.submit, exact: true }).click();
  await panel.getByText(name).waitFor();
  await panel.getByText('+212661987654').waitFor();
  await panel.getByText(text).waitFor();
  await panel.getByText(words.left(String(limits.reveals.day - 1), String(limits.reveals.day))).waitFor();
  await page.getByRole('listitem').filter({ hasText: fr.events['case.revealed'] }).waitFor();
  await expectAccessible(page);
  await panel.getByRole('button', { name: words.hide }).click();
  await page.getByText('661987654').or(page.getByText(name)).first().waitFor({ state: 'detached' });

  // The day's last one is gone.
  await page.route('**/reveal', (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ type: '', title: '', status: 429, code: 'quota_exceeded' }) }));
  await panel.getByRole('button', { name: words.begin }).click();
  await panel.getByLabel(words.reason).fill('سبب');
  await panel.getByRole('button', { name: words.submit, exact: true }).click();
  await panel.getByRole('alert').getByText(fr.problems.quota_exceeded).waitFor();
  await page.context().close();
});

test('a supervisor corrects, hands over, holds, and erases once it is over, told first what will be lost', async () => {
  const page = await openNew('supervisor', ar);
  const { rights: words } = ar.privacy;
  const panel = page.getByRole('region', { name: words.heading });
  const tab = (label: string) => panel.getByRole('tab', { name: label, exact: true }).click();
  const why = () => panel.getByLabel(words.reason).fill('حضرت ببطاقتها الوطنية');

  await tab(words.tabs.rectify);
  await panel.getByLabel(words.rectify.phone).fill('12');
  await why();
  await panel.getByRole('button', { name: words.rectify.submit }).click();
  await panel.getByText(ar.fieldProblems.invalid_phone).waitFor();
  await panel.getByLabel(words.rectify.phone).fill('٠٦٦١ ٩٨ ٧٦ ٥٥');
  await panel.getByRole('button', { name: words.rectify.submit }).click();
  await panel.getByText(ar.case.done, { exact: true }).waitFor();

  await tab(words.tabs.give);
  await why();
  await panel.getByRole('button', { name: words.give.submit }).click();
  const given = panel.getByRole('region', { name: words.give.heading });
  await given.getByText('+212661987655').waitFor();
  await given.getByText(name).waitFor();
  await page.getByText(`· ${ar.case.sightings.given} ·`).waitFor();
  await expectAccessible(page);

  await tab(words.tabs.erase);
  await panel.getByText(words.erase.notOver).waitFor();
  await tab(words.tabs.hold);
  await why();
  await panel.getByRole('button', { name: words.hold.submit }).click();
  await panel.getByText(words.hold.held).waitFor();

  await page.getByRole('tab', { name: ar.act.other, exact: true }).click();
  await page.getByLabel(ar.act.action, { exact: true }).selectOption('withdrawn');
  await page.getByRole('region', { name: ar.act.label }).getByLabel(ar.act.reason).fill('تنازلت عنها');
  await page.getByRole('button', { name: ar.act.submit, exact: true }).click();
  await page.getByText(ar.statuses.withdrawn, { exact: true }).first().waitFor();
  await tab(words.tabs.erase);
  await panel.getByText(words.erase.onHold).waitFor();
  await tab(words.tabs.hold);
  await why();
  await panel.getByRole('button', { name: words.hold.lift }).click();
  await panel.getByText(words.hold.how).waitFor();

  await tab(words.tabs.erase);
  for (const lost of words.erase.loses) await panel.getByText(lost).waitFor();
  await panel.getByLabel(words.erase.reason).selectOption('citizen_asked');
  await panel.getByRole('button', { name: words.erase.begin }).click();
  await expectAccessible(page);
  // Enter, pressed too early, erases nothing.
  await page.keyboard.press('Enter');
  await panel.getByRole('button', { name: words.erase.begin }).click();
  await panel.getByRole('button', { name: words.erase.yes }).click();
  await panel.getByText(words.erased).waitFor();
  await page.getByRole('listitem').filter({ hasText: words.erase.reasons.citizen_asked }).waitFor();
  await page.getByText('توقف الدعم').first().waitFor({ state: 'detached' });
  await page.context().close();
});
