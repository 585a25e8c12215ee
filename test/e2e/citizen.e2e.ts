import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { texts } from '#texts/index';
import { expectAccessible, useBrowser } from './browser.ts';

const { open } = useBrowser();

const narrative = 'توقف الدعم منذ شهرين بدون تفسير، أنا أرملة ولدي ثلاثة أطفال.';

/** The whole way of a citizen, each page shown to `look`: refused once, filed, tracked with a wrong and with the right code. */
const walk = async (page: Page, language: 'ar' | 'fr', look: (where: string) => Promise<void>): Promise<void> => {
  const { pages: t, words, errors } = texts[language];
  await look('home');

  await page.getByRole('link', { name: t.home.file }).click();
  await look('form');
  await page.getByRole('button', { name: t.form.submit }).click();
  await page.getByRole('alert').waitFor();
  await look('refused form');

  await page.locator('input[name=kind][value=complaint]').check();
  await page.getByLabel(t.form.text).fill(narrative);
  await page.getByLabel(t.form.consent).check();
  await page.getByRole('button', { name: t.form.submit }).click();
  await page.getByRole('heading', { level: 1, name: t.receipt.title }).waitFor();
  const [reference = '', code = ''] = await page.locator('dd.digits').allInnerTexts();
  expect(reference.replaceAll(' ', '')).toMatch(/^[1-9]\d{9}$/);
  expect(code).toMatch(/^\d{6}$/);
  expect(await page.locator('dd.date').innerText()).toMatch(/^\d\d\/\d\d\/\d{4}$/);
  await look('receipt');

  await page.getByRole('main').getByRole('link', { name: t.receipt.track, exact: true }).click();
  await page.getByLabel(t.track.reference).fill(reference);
  await page.getByLabel(t.track.code).fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: t.track.submit }).click();
  await page.getByText(errors.not_found_or_wrong_code).waitFor();
  await look('wrong code');

  await page.getByLabel(t.track.code).fill(code);
  await page.getByRole('button', { name: t.track.submit }).click();
  await page.getByText(narrative).waitFor();
  expect(Object.values(words.statuses)).toContain(await page.locator('.status').innerText());
  await look('case');
};

const phone = { viewport: { width: 360, height: 740 }, locale: 'ar-MA' };

describe.each(['ar', 'fr'] as const)('a citizen with a small phone, in %s', (language) => {
  const home = language === 'ar' ? '/' : `/${language}`;
  test('files and follows a case without JavaScript, and never has to scroll sideways', async () => {
    const page = await open(home, { ...phone, javaScriptEnabled: false });
    await walk(page, language, async (where) => {
      expect(await page.locator('html').getAttribute('dir'), where).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect(await page.locator('script').count(), where).toBe(0);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), where).toBeLessThanOrEqual(360);
    });
    await page.context().close();
  });

  test('meets no page that a screen reader or a keyboard cannot use', async () => {
    const page = await open(home, phone);
    await walk(page, language, (where) => expectAccessible(page, where));
    await page.context().close();
  });
});
