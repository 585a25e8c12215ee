import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { consoleTexts, type ConsoleTexts } from '#texts/console';
import { expectAccessible, signIn, useBrowser } from './browser.ts';

const { ar, fr } = consoleTexts;

const { enter: open } = useBrowser();

const enter = (login: string, texts: ConsoleTexts, address = '/console/sessions'): Promise<Page> => open(login, texts, address);
const signedOut = (page: Page, texts: ConsoleTexts) => page.getByRole('heading', { name: texts.signIn.heading }).waitFor();

test.each([['ar', ar, 'rtl', 'operator-05'], ['fr', fr, 'ltr', 'operator-07']] as const)(
  'a person sees where they are signed in, ends one session, then all others, and stays, in %s',
  async (_language, texts, direction, login) => {
    const there = await enter(login, texts, '/console');
    await there.getByText(texts.live.live).waitFor();
    const here = await enter(login, texts, '/console');
    await here.getByRole('link', { name: texts.nav.sessions }).click();
    const rows = here.getByRole('table', { name: texts.sessions.heading }).getByRole('row');
    await here.getByText(texts.sessions.here).waitFor();
    // The heads, this one and the other.
    expect([await rows.count(), await here.locator('html').getAttribute('dir')]).toEqual([3, direction]);
    await expectAccessible(here);

    await here.getByRole('button', { name: texts.sessions.endOne('') }).click();
    await signedOut(there, texts);
    await here.getByText(texts.sessions.onlyThis).or(here.getByText(texts.sessions.ended)).waitFor();
    expect(await rows.count()).toBe(2);

    await signIn(there, login, texts);
    await there.getByText(texts.live.live).waitFor();
    await here.reload();
    await here.getByRole('button', { name: texts.sessions.endOthers }).click();
    await signedOut(there, texts);
    await here.getByText(texts.sessions.ended).waitFor();
    await here.getByText(texts.live.live).waitFor();
    await Promise.all([here.context().close(), there.context().close()]);
  },
);

test('an administrator ends all sessions of a centre only after saying so twice, and stays', async () => {
  const operator = await enter('operator-08', ar, '/console');
  await operator.getByText(ar.live.live).waitFor();
  const page = await enter('administrator', ar);
  const { centreSignOut: words } = ar;
  const begin = page.getByRole('button', { name: words.begin });
  expect(await begin.isEnabled()).toBe(false);
  await page.getByLabel(words.centre, { exact: true }).selectOption('centre-08');
  await begin.click();
  await page.getByRole('alertdialog').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: words.no }).click();
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await operator.reload();
  await operator.getByText(ar.live.live).waitFor();

  await begin.click();
  await page.getByRole('button', { name: words.yes }).click();
  await page.getByText(words.done('1')).waitFor();
  await signedOut(operator, ar);
  await page.getByText(ar.live.live).waitFor();
  await Promise.all([operator.context().close(), page.context().close()]);
});

test('a supervisor ends all sessions of the own centre, theirs too; an operator is offered no such thing', async () => {
  const operator = await enter('operator', fr);
  await operator.getByText(fr.sessions.here).waitFor();
  expect(await operator.getByText(fr.centreSignOut.heading).count()).toBe(0);

  const page = await enter('supervisor', fr);
  const { centreSignOut: words } = fr;
  await page.getByRole('button', { name: words.begin }).click();
  await page.getByText(words.alsoYou).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: words.yes }).click();
  await Promise.all([signedOut(page, fr), signedOut(operator, fr)]);
  await Promise.all([operator.context().close(), page.context().close()]);
});
