import { expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { base, expectAccessible, linkedSubject, useBrowser } from './browser.ts';

const { ar, fr } = consoleTexts;

const { openConsole } = useBrowser();

test.each([['ar', ar, ''], ['fr', fr, '?lang=fr']] as const)(
  'a person signs in with the account of their administration, works, signs out, and is told why another identity opens nothing, in %s',
  async (_language, texts, query) => {
    const page = await openConsole(`/console${query}`);
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
