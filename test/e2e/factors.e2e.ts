import type { Page } from 'playwright-core';
import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { base, expectAccessible, signIn, useBrowser } from './browser.ts';

const { ar, fr } = consoleTexts;

const { openConsole } = useBrowser();

/** Chromium's own authenticator, which somebody always touches (WebDriver extension of WebAuthn, section 11). */
const giveKey = async (page: Page) => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: false, automaticPresenceSimulation: true },
  });
};

/** Keys are bound to a name; on this machine it is localhost. */
const openByName = async (address: string): Promise<Page> => {
  const page = await openConsole('/health/live');
  await page.goto(new URL(address, base.replace('127.0.0.1', 'localhost')).href);
  return page;
};

test('an operator enrols an application by what is on the screen, and is asked for its number from then on', async () => {
  const page = await openConsole('/console/sessions');
  await signIn(page, 'operator-09', ar);
  const { security: words } = ar;
  await page.getByRole('button', { name: words.totpAdd }).click();
  await page.getByRole('button', { name: words.totpBegin }).click();
  const secret = Secret.fromBase32(((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', ''));
  await page.getByRole('img', { name: words.qr }).waitFor();
  await expectAccessible(page);
  await page.getByLabel(words.number).fill('000000');
  await page.getByRole('button', { name: words.totpConfirm }).click();
  await page.getByText(ar.problems.wrong_second_factor).waitFor();
  const timestamp = Date.now();
  await page.getByLabel(words.number).fill(TOTP.generate({ secret, timestamp }));
  await page.getByRole('button', { name: words.totpConfirm }).click();
  await page.getByRole('button', { name: words.totpReplace }).waitFor();
  await page.getByText(ar.live.live).waitFor();

  await page.getByRole('button', { name: ar.nav.signOut }).click();
  await signIn(page, 'operator-09', ar);
  await page.getByText(words.second).waitFor();
  await expectAccessible(page);
  // The number of the next step: the present one is used up, and the one after is right already.
  await page.getByLabel(words.number).fill(TOTP.generate({ secret, timestamp: timestamp + 30_000 }));
  await page.getByRole('button', { name: ar.signIn.submit }).click();
  await page.getByRole('heading', { name: words.screen }).waitFor();
  await page.context().close();
});

test('an observer registers a key, enters with it, and shows it again for an export, which then comes by itself', async () => {
  const page = await openByName('/console/sessions?lang=fr');
  await giveKey(page);
  await signIn(page, 'observer', fr);
  const { security: words } = fr;
  await page.getByRole('button', { name: words.keyAnother }).click();
  await page.getByLabel(words.keyName, { exact: true }).fill('Clé bleue');
  await page.getByRole('button', { name: words.keyAdd }).click();
  await page.getByRole('table', { name: words.keys }).getByText('Clé bleue').waitFor();
  await expectAccessible(page);

  await page.getByRole('button', { name: fr.nav.signOut }).click();
  await signIn(page, 'observer', fr);
  await page.getByRole('button', { name: words.useKey }).click();
  await page.getByRole('heading', { name: words.screen }).waitFor();
  await page.getByRole('link', { name: fr.nav.report }).click();

  // As if five minutes had gone by.
  let asked = 0;
  await page.route('**/response-times.csv*', async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: '', title: '', status: 403, code: 'step_up_needed' }) });
  });
  await page.getByRole('button', { name: fr.report.csv }).click();
  await page.getByRole('dialog').getByRole('heading', { name: words.stepUpHeading }).waitFor();
  await expectAccessible(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: words.useKey }).click()]);
  expect([download.suggestedFilename(), asked]).toEqual(['response-times.csv', 2]);
  await page.getByText(fr.live.live).waitFor();

  // Whoever turns away is told, and nothing is repeated.
  asked = 0;
  await page.getByRole('button', { name: fr.report.csv }).click();
  await page.getByRole('dialog').getByRole('button', { name: words.cancel }).click();
  await page.getByText(fr.problems.step_up_needed).waitFor();
  expect(asked).toBe(1);

  // The demo needs none: others that sign in as the observer are asked for no key.
  await page.unroute('**/response-times.csv*');
  await page.getByRole('link', { name: fr.nav.sessions }).click();
  await page.getByRole('button', { name: words.keyRemoveOne('Clé bleue') }).click();
  await page.getByText(words.none).waitFor();
  await page.context().close();
});
