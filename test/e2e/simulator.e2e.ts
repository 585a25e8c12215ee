import { expect, test } from 'vitest';
import { expectAccessible, useBrowser } from './browser.ts';

const { open } = useBrowser();

test('a person texts the line, and the acknowledgement with number, code and date comes back to the phone', async () => {
  const page = await open('/simulator', { locale: 'ar-MA', viewport: { width: 1200, height: 800 } });
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'نص الرسالة' }).fill('توقف الدعم منذ شهرين وأنا أرملة، أسكن في سلا');
  await page.getByRole('button', { name: 'إرسال' }).click();
  const receipt = page.locator('#thread .in p').first();
  await receipt.waitFor();
  const words = await receipt.innerText();
  expect(words).toMatch(/(?<!\d)[1-9]\d{9}(?!\d)/);
  expect(words).toMatch(/(?<!\d)\d{6}(?!\d)/);
  expect(words).toMatch(/\d\d\/\d\d\/\d{4}/);
  await expectAccessible(page);
  await page.context().close();
});
