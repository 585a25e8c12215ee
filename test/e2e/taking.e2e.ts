import { expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { texts } from '#texts/index';
import { expectAccessible, useBrowser } from './browser.ts';
import { file, inTheirCentre, staffAt } from './filing.ts';

const { ar, fr } = consoleTexts;
const { enter } = useBrowser();
const phone = '0661778899';
const kept = () => sessionStorage.getItem('insat:call');

test('an operator takes a call with the keyboard: the number is asked whose it is, what is written survives a reload, the code is shown once and printed on A5', async () => {
  const before = await file({ ...inTheirCentre, text: 'توقف الدعم.', contact: { name: 'فاطمة الإدريسي', phone } });
  await (await staffAt('operator')).find(before.reference);
  const { taking: words } = ar;
  const page = await enter('operator', ar, '/console/file');
  await page.getByLabel(words.caller).fill(phone);
  await page.keyboard.press('Enter');
  await page.getByText('ف*** ا***').first().waitFor();
  expect(await page.getByText('فاطمة').count()).toBe(0);
  await page.getByLabel(words.text).fill('لم أتوصل بالمعرف الرقمي.');
  await page.getByLabel(ar.filing.province).selectOption(inTheirCentre.territory.province);
  await page.getByLabel(words.consent).check();
  const submit = page.getByRole('button', { name: words.submit, exact: true });
  // A phone is not a person: until it is said whose matter it is, nothing is filed.
  expect(await submit.isEnabled()).toBe(false);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.getByLabel(words.another).check();
  expect(await page.getByLabel(words.text).inputValue()).toBe('لم أتوصل بالمعرف الرقمي.');
  await expectAccessible(page, 'the form');
  await page.getByLabel(words.text).press('Control+Enter');

  const receipt = page.getByRole('region', { name: words.receipt.heading });
  await receipt.waitFor();
  const [reference = '', code = ''] = await receipt.locator('dd').allTextContents();
  expect([reference, code]).toEqual([expect.stringMatching(/^\d{3} \d{3} \d{4}$/), expect.stringMatching(/^\d{3} \d{3}$/)]);
  const aloud = (await receipt.locator('.aloud').textContent()) ?? '';
  expect(aloud).toContain(texts.ar.voice.digits[Number(code[0]) as 0]);
  expect(await page.evaluate(kept)).toBeNull();
  await expectAccessible(page, 'the receipt');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  const sheet = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  // A5 in points.
  expect([...sheet.matchAll(/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [Math.round(Number(width)), Math.round(Number(height))])).toEqual([[420, 595]]);
  await page.reload();
  await page.getByLabel(words.text).waitFor();
  expect(await page.getByText(code, { exact: true }).count()).toBe(0);
  await page.context().close();
});

test('in French, what is said of an earlier matter joins it; leaving takes what was begun along', async () => {
  const { taking: words } = fr;
  const { reference } = await file({ ...inTheirCentre, text: 'Mon aide est arrêtée.', contact: { name: 'Karim', phone: '0661778800' } });
  await (await staffAt('operator')).find(reference);
  const page = await enter('operator', fr, '/console/file');
  await page.getByLabel(words.caller).fill('0661 77 88 00');
  await page.getByRole('button', { name: words.seek, exact: true }).click();
  await page.getByRole('radio', { name: /^K\*\*\*/ }).waitFor();
  // Whoever pressed it is where they were.
  expect(await page.locator(':focus').textContent()).toBe(words.seek);
  await page.getByRole('radio', { name: /^K\*\*\*/ }).check();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('group', { name: words.files }).getByRole('button', { name: words.choose, exact: true }).click();
  await (await chooser).setFiles({ name: 'carte.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF') });
  await page.getByRole('button', { name: words.drop('carte.pdf') }).waitFor();
  await page.getByLabel(words.more).fill('Rappelle pour avoir des nouvelles.');
  await page.getByRole('button', { name: words.add, exact: true }).click();
  await page.getByText(words.added(reference.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3'))).waitFor();
  await page.getByRole('button', { name: words.again, exact: true }).click();
  await page.getByLabel(words.text).fill('Commencé.');
  expect(await page.evaluate(kept)).toContain('Commencé.');
  await page.getByRole('button', { name: fr.nav.signOut, exact: true }).click();
  await page.getByLabel(fr.signIn.login).waitFor();
  expect(await page.evaluate(kept)).toBeNull();
  await page.context().close();
});
