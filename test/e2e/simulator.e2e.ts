import { expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { texts } from '#texts/index';
import { base, expectAccessible, useBrowser } from './browser.ts';
import { staffAt } from './filing.ts';

const { open, enter } = useBrowser();
const referenceIn = (said: string): string => /(?<!\d)[1-9]\d{9}(?!\d)/.exec(said)?.[0] ?? '';

test('a person texts the line, and the acknowledgement with number, code and date comes back to the phone', async () => {
  const page = await open('/simulator', { locale: 'ar-MA', viewport: { width: 1200, height: 800 } });
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'نص الرسالة' }).fill('توقف الدعم منذ شهرين وأنا أرملة، أسكن في سلا');
  await page.getByRole('button', { name: 'إرسال' }).click();
  const receipt = page.locator('.thread .in p').first();
  await receipt.waitFor();
  const words = await receipt.innerText();
  expect(words).toMatch(/(?<!\d)[1-9]\d{9}(?!\d)/);
  expect(words).toMatch(/(?<!\d)\d{6}(?!\d)/);
  expect(words).toMatch(/\d\d\/\d\d\/\d{4}/);
  await expectAccessible(page);
  await page.context().close();
});

test('a person files by WhatsApp with a photo, and by a call with the keypad, and the operator has both', async () => {
  const page = await open('/simulator?lang=fr', { locale: 'fr-MA', viewport: { width: 1200, height: 900 } });
  const supervisor = await staffAt('supervisor');
  await page.getByRole('button', { name: 'WhatsApp' }).click();
  await page.getByRole('textbox', { name: 'Texte du message' }).fill('توقف الدعم منذ شهرين، أسكن في سلا');
  await page.getByRole('button', { name: 'Photo d’essai' }).click();
  await page.getByRole('img', { name: 'Photo' }).waitFor();
  const acknowledged = page.locator('[data-panel=whatsapp] .in.read p').first();
  const written = await supervisor.find(referenceIn(await acknowledged.innerText()));
  expect(written).toMatchObject({ channel: 'whatsapp' });

  await page.getByRole('button', { name: 'Appel', exact: true }).click();
  const heard = page.getByRole('list', { name: 'Ce qu’on entend' });
  await page.getByRole('button', { name: 'Appeler la ligne' }).click();
  const { prompts } = texts.fr.voice;
  for (const [key, then] of [['3', prompts.menu], ['1', prompts.complaint], ['1', prompts.record]] as const) {
    await page.getByRole('button', { name: key, exact: true }).click();
    await heard.getByText(then).waitFor();
  }
  await page.getByRole('button', { name: 'Parler' }).click();
  await heard.getByText(prompts.review).waitFor();
  await page.getByRole('button', { name: '1', exact: true }).click();
  await heard.getByText(prompts.case_number).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Raccrocher' }).click();
  await page.getByRole('button', { name: 'SMS' }).click();
  const spoken = await supervisor.find(referenceIn(await page.locator('[data-panel=sms] .in p').first().innerText()));
  expect(spoken).toMatchObject({ channel: 'phone', language: 'fr' });

  const reader = await enter('supervisor', consoleTexts.fr, `/console/case/${written.id}`);
  const file = reader.getByRole('list', { name: consoleTexts.fr.attachment.label }).getByRole('link');
  await file.filter({ hasText: consoleTexts.fr.attachment.kinds.picture }).waitFor();
  await reader.goto(`${base}/console/case/${spoken.id}?lang=fr`);
  await file.filter({ hasText: consoleTexts.fr.attachment.kinds.voice }).waitFor();
  await Promise.all([page.context().close(), reader.context().close()]);
});
