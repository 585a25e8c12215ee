import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ConsoleTexts } from '#texts/console';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

/** Address of the running product, and the password of its demo logins; setup.ts sets both. */
export const base = setting('INSAT_E2E_URL');
export const password = setting('INSAT_E2E_PASSWORD');

/** At the provider of single sign-on, who is linked to `operator-09`. */
export const linkedSubject = setting('INSAT_E2E_SUBJECT');

/** Debian's Chromium, or the one that INSAT_E2E_CHROMIUM names. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['INSAT_E2E_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** A console in a browser of its own; what it must never do (break the Content Security Policy, throw) is added to `refused`. */
export const openConsole = async (browser: Browser, refused: string[], address = '/console'): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) refused.push(line.text());
  });
  page.on('pageerror', (error) => refused.push(error.message));
  await page.goto(`${base}${address}`);
  return page;
};

export const signIn = async (page: Page, login: string, texts: ConsoleTexts): Promise<void> => {
  await page.getByLabel(texts.signIn.login).fill(login);
  await page.getByLabel(texts.signIn.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: texts.signIn.submit, exact: true }).click();
};

/** Fails with the element that a person with a screen reader, a keyboard or weak eyes could not use. */
export const expectAccessible = async (page: Page, where = page.url()): Promise<void> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), where).toEqual([]);
};
