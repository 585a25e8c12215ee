import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

/** Address of the running product, and the password of its demo logins; setup.ts sets both. */
export const base = setting('INSAT_E2E_URL');
export const password = setting('INSAT_E2E_PASSWORD');

/** Debian's Chromium, or the one that INSAT_E2E_CHROMIUM names. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['INSAT_E2E_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** Fails with the element that a person with a screen reader, a keyboard or weak eyes could not use. */
export const expectAccessible = async (page: Page, where = page.url()): Promise<void> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), where).toEqual([]);
};
