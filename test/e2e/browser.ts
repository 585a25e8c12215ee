import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { consoleTexts, type ConsoleTexts } from '#texts/console';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

/** Address of the running product, and the password of its demo logins; setup.ts sets both. */
export const base = setting('INSAT_E2E_URL');
export const password = setting('INSAT_E2E_PASSWORD');

/** Its database, for what only hours or a telephone bring about. */
export const databaseUrl = setting('INSAT_E2E_DATABASE');

/** At the provider of single sign-on, who is linked to `operator-09`. */
export const linkedSubject = setting('INSAT_E2E_SUBJECT');

/** Milliseconds that anything on the screen may take: on a machine of two cores with much else to do, a click has taken 20 s. */
const patience = 45_000;

/**
 * Debian's Chromium, or the one that INSAT_E2E_CHROMIUM names, for the scenarios of one file. After each of them nothing may
 * have happened that a page must never do: throw, or break its Content Security Policy.
 */
export const useBrowser = () => {
  let browser: Browser;
  const refused: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['INSAT_E2E_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  afterAll(() => browser.close());
  afterEach(() => {
    expect(refused.splice(0)).toEqual([]);
  });

  /** A page in a browser of its own. */
  const open = async (address: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    page.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) refused.push(line.text());
    });
    page.on('pageerror', (error) => refused.push(error.message));
    await page.goto(new URL(address, base).href);
    return page;
  };
  const openConsole = (address = '/console'): Promise<Page> => open(address, { viewport: { width: 1440, height: 900 } });
  return {
    open,
    openConsole,
    /** A console in which this person is signed in. */
    enter: async (login: string, texts: ConsoleTexts, address = '/console'): Promise<Page> => {
      const page = await openConsole(address + (texts === consoleTexts.fr ? '?lang=fr' : ''));
      await signIn(page, login, texts);
      return page;
    },
  };
};

export const signIn = async (page: Page, login: string, texts: ConsoleTexts, secret = password): Promise<void> => {
  await page.getByLabel(texts.signIn.login).fill(login);
  await page.getByLabel(texts.signIn.password, { exact: true }).fill(secret);
  await page.getByRole('button', { name: texts.signIn.submit, exact: true }).click();
};

/** Fails with the element that a person with a screen reader, a keyboard or weak eyes could not use. */
export const expectAccessible = async (page: Page, where = page.url()): Promise<void> => {
  // What is fading in or out has not the contrast that it will have: a fault counts when it stays.
  const faults = async () => (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  await expect.poll(faults, { message: where, timeout: 10_000, interval: 500 }).toEqual([]);
};
