import { expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { expectAccessible, signIn, useBrowser } from './browser.ts';

const { ar, fr } = consoleTexts;
const { enter, openConsole } = useBrowser();

test('an administrator changes an account and closes it, asked once more before, and never their own', async () => {
  const page = await enter('administrator', ar, '/console/accounts');
  const { accounts: words } = ar;
  const table = page.getByRole('table', { name: words.heading });
  await table.waitFor();
  await expectAccessible(page);
  const own = table.getByRole('row').filter({ has: page.getByRole('cell', { name: 'administrator', exact: true }) });
  expect(await own.getByRole('button').count()).toBe(0);

  await page.getByLabel(words.find).fill('operator-12');
  const row = table.getByRole('row').filter({ hasText: 'operator-12' });
  await row.getByRole('button').click();
  const save = page.getByRole('button', { name: words.change.submit });
  await page.getByLabel(words.role).selectOption('partner');
  expect(await save.isEnabled()).toBe(false);
  await page.getByLabel(words.organisation).selectOption('entraide');
  await expectAccessible(page);
  await save.click();
  await page.getByText(words.change.done, { exact: true }).waitFor();
  await page.getByLabel(words.role).selectOption('observer');
  await save.click();
  await page.getByText(words.change.done, { exact: true }).waitFor();
  await page.getByRole('button', { name: words.change.close }).click();
  await expectAccessible(page);
  // Enter, pressed too early, closes nothing.
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words.change.back }).click();
  await row.getByText(ar.roles.observer).waitFor();
  await row.getByRole('button').click();
  await page.getByRole('button', { name: words.change.close }).click();
  await page.getByRole('button', { name: words.change.closeYes }).click();
  await row.getByText(words.closed).waitFor();
  await page.context().close();
});

test('a recovery is asked by one, confirmed by another, and its secret sets a new password once', async () => {
  const page = await enter('administrator', fr, '/console/accounts');
  const { accounts: words } = fr;
  await page.getByLabel(words.find).fill('operator2');
  await page.getByRole('table', { name: words.heading }).getByRole('row').filter({ hasText: 'operator2' }).getByRole('button').click();
  await page.getByRole('button', { name: words.change.recover }).click();
  await page.getByRole('button', { name: words.change.recoverYes }).click();
  await page.getByText(words.change.asked).waitFor();
  await page.getByText(words.recoveries.mine).waitFor();
  await page.context().close();

  const chief = await enter('supervisor', fr, '/console/accounts');
  expect(await chief.getByRole('table').count()).toBe(0);
  await chief.getByRole('button', { name: words.recoveries.confirmOne('') }).click();
  await chief.getByRole('button', { name: words.recoveries.yes }).click();
  const secret = (await chief.locator('.secret').textContent()) ?? '';
  await expectAccessible(chief);
  await chief.getByRole('button', { name: words.recoveries.hide }).click();
  await chief.getByText(words.recoveries.none).waitFor();
  await chief.getByText(secret).first().waitFor({ state: 'detached' });
  await chief.context().close();

  const person = await openConsole('/console?lang=fr');
  const setPassword = async (): Promise<void> => {
    await person.getByRole('button', { name: words.use.link }).click();
    await person.getByLabel(fr.signIn.login).fill('operator2');
    await person.getByLabel(words.use.secret).fill(secret);
    await person.getByLabel(words.use.password, { exact: true }).fill('mon tout nouveau mot de passe');
    await person.getByRole('button', { name: words.use.submit }).click();
  };
  await setPassword();
  await person.getByText(words.use.done).waitFor();
  await expectAccessible(person);
  await person.getByRole('button', { name: words.use.back }).click();
  await setPassword();
  await person.getByText(fr.problems.wrong_recovery).waitFor();
  await person.getByRole('button', { name: words.use.back }).click();
  await signIn(person, 'operator2', fr, 'mon tout nouveau mot de passe');
  await person.getByText(fr.live.live).waitFor();
  await person.context().close();
});
