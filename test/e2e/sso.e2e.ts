import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { base, expectAccessible, linkedSubject, openBrowser, openConsole } from './browser.ts';

const { ar, fr } = consoleTexts;

let browser: Browser;
const refused: string[] = [];
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
afterEach(() => {
  expect(refused.splice(0)).toEqual([]);
});

test.each([['ar', ar, ''], ['fr', fr, '?lang=fr']] as const)(
  'a person signs in with the account of their administration, works, signs out, and is told why another identity opens nothing, in %s',
  async (_language, texts, query) => {
    const page = await openConsole(browser, refused, `/console${query}`);
    const enter = page.getByRole('link', { name: texts.signIn.sso });
    await enter.waitFor();
    await expectAccessible(page);
    await enter.click();
    await page.waitForURL('http://localhost:*/**');
    await page.getByLabel('Subject').fill(linkedSubject);
    await page.getByRole('button', { name: 'Continue' }).click();

    await page.getByRole('button', { name: texts.queue.next }).waitFor();
    await page.getByText(texts.live.live).waitFor();
    expect(page.url()).toBe(`${base}/console${query}`);
    const cookies = await page.context().cookies(base);
    expect(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite])).toEqual([['sid', true, 'Strict']]);
    await page.reload();
    await page.getByText(texts.live.live).waitFor();
    await page.getByRole('button', { name: texts.nav.signOut }).click();

    await enter.click();
    await page.getByLabel('Subject').fill('a-stranger');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').getByText(texts.problems.sso_unknown).waitFor();
    expect(await page.locator('html').getAttribute('dir')).toBe(texts === ar ? 'rtl' : 'ltr');
    await expectAccessible(page);
    await page.context().close();
  },
);
