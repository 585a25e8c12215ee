import type { Page } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { texts } from '#texts/index';
import { base, useBrowser } from './browser.ts';
import { file, inTheirCentre, staffAt, type Staff } from './filing.ts';

// Threat 12: what citizens and staff write is text wherever it is read. Each attack calls `owned`, which nothing may do.
const attacks = [
  `<script>owned('script')</script>`,
  `"><img src=x onerror=owned('attribute')>`,
  `'-owned('quote')-'`,
  `<svg/onload=owned('svg')><animate onbegin=owned('svg') attributeName=x dur=1s>`,
  `<iframe srcdoc="<script>parent.owned('frame')</script>"></iframe>`,
  `<a href="javascript:owned('link')">اضغطوا هنا</a>`,
  `javascript:owned('address')`,
  `<math><mtext></table><mglyph><style><img src=x onerror=owned('mutation')>`,
  `</textarea></title></style></noscript><script>owned('closed')</script>`,
  `<body onpageshow=owned('body')><details open ontoggle=owned('toggle')>`,
  `{{constructor.constructor('owned(1)')()}} \${owned(1)} <%= owned(1) %> #{owned(1)}`,
  `[رابط](javascript:owned('markdown')) ![صورة](x"onerror="owned('markdown'))`,
  `＜script＞owned('wide')＜/script＞ \\u003cscript\\u003eowned(1)\\u003c/script\\u003e &lt;script&gt;owned('entity')&lt;/script&gt;`,
  `توقف الدعم <b onmouseover=owned('arabic')>منذ شهرين</b>`,
  `__proto__ <scr<script>ipt>owned('nested')</scr</script>ipt>`,
];
const all = attacks.join('\n');
const short = `<img src=x onerror=owned('name')>`;

const { open, enter } = useBrowser();
const ran: string[] = [];
/** Whatever an attack does: it calls, opens a dialog, or leaves the page. */
const guard = async (page: Page): Promise<Page> => {
  page.on('dialog', (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  await page.exposeFunction('owned', (what: unknown) => ran.push(String(what)));
  return page;
};
afterEach(() => {
  expect(ran.splice(0)).toEqual([]);
});

/** All of it stands on the page as it was typed. */
const expectShown = async (page: Page, what: readonly string[] = attacks): Promise<void> => {
  for (const attack of what) await page.getByText(attack).first().waitFor();
};

let operator: Staff;
let supervisor: Staff;
let filed: { reference: string; code: string; id: string };
beforeAll(async () => {
  [operator, supervisor] = [await staffAt('operator'), await staffAt('supervisor')];
  const { reference, code } = await file({
    ...inTheirCentre, text: all, contact: { name: short, email: 'a@example.org' }, onBehalfOf: { name: short, relationship: short }, territory: { ...inTheirCentre.territory, commune: short },
  });
  const one = await operator.find(reference);
  filed = { reference, code, id: one.id };
  const asCitizen = async (path: string, body: Record<string, unknown>): Promise<void> => {
    const answer = await fetch(`${base}/api/v1/track/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ reference, code, ...body }) });
    expect(answer.ok, `${path}: ${await answer.text()}`).toBe(true);
  };
  await asCitizen('messages', { text: all });
  await operator.act(one.id, 'claim', {});
  await operator.act(one.id, 'note', { text: all });
  await operator.act(one.id, 'reply', { text: all.slice(0, 1400) });
  await operator.act(one.id, 'move', { to: 'resolved', outcome: 'informed', text: all.slice(0, 1400) });
  await asCitizen('feedback', { rating: 1, solved: false, comment: all.slice(0, 900) });
});

test('a form that comes back, the receipt and the page to follow a case show what was written, and run none of it', async () => {
  const { pages: t } = texts.ar;
  const page = await guard(await open(`/file?text=${encodeURIComponent(short)}&kind=${encodeURIComponent(short)}`));
  await page.locator('input[name=kind][value=complaint]').check();
  await page.getByLabel(t.form.text).fill(all);
  await page.locator('input[name="contact.name"]').fill(short);
  await page.locator('input[name="contact.phone"]').fill(short);
  await page.getByRole('button', { name: t.form.submit }).click();
  await page.getByRole('alert').waitFor();
  expect([await page.getByLabel(t.form.text).inputValue(), await page.locator('input[name="contact.name"]').inputValue(), await page.locator('input[name="contact.phone"]').inputValue()]).toEqual([all, short, short]);
  await page.locator('input[name="contact.phone"]').fill('');
  await page.getByLabel(t.form.consent).check();
  await page.getByRole('button', { name: t.form.submit }).click();
  await page.getByRole('heading', { level: 1, name: t.receipt.title }).waitFor();

  await page.goto(`${base}/track`);
  await page.getByLabel(t.track.reference).fill(short);
  await page.getByLabel(t.track.code).fill(short);
  await page.getByRole('button', { name: t.track.submit }).click();
  await page.getByLabel(t.track.reference).fill(filed.reference);
  await page.getByLabel(t.track.code).fill(filed.code);
  await page.getByRole('button', { name: t.track.submit }).click();
  await page.locator('.status').waitFor();
  await expectShown(page);
  await page.context().close();
});

test('the list, the case, what is revealed and what is handed over show what was written, and run none of it', async () => {
  const words = consoleTexts.ar;
  const page = await guard(await enter('supervisor', words, `/console/case/${filed.id}`));
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expectShown(page);
  await page.locator('aside').getByText(short).first().waitFor();

  const { reveal, rights } = words.privacy;
  const panel = page.getByRole('region', { name: reveal.heading });
  await panel.getByRole('button', { name: reveal.begin }).click();
  await panel.getByLabel(reveal.reason).fill(short);
  await panel.getByRole('button', { name: reveal.submit, exact: true }).click();
  await panel.getByRole('definition').filter({ hasText: short }).first().waitFor();
  await panel.getByText(attacks[0] ?? '').first().waitFor();
  await page.getByRole('tab', { name: rights.tabs.give, exact: true }).click();
  await page.getByLabel(rights.reason).fill(short);
  await page.getByRole('button', { name: rights.give.submit }).click();
  const given = page.getByRole('region', { name: rights.give.heading });
  for (const attack of [short, ...attacks]) await given.getByText(attack).first().waitFor();

  for (const address of ['', '/reveals', '/report', '/sessions', `/case/${encodeURIComponent(short)}`, `?lang=${encodeURIComponent(short)}`, `?refused=${encodeURIComponent(short)}`]) {
    await page.goto(`${base}/console${address}`);
    await page.getByRole('main').waitFor();
  }
  await page.goto(`${base}/console`);
  await page.getByRole('table').waitFor();
  const answer = await page.request.get(`${base}/console`);
  expect(answer.headers()['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]+';.*frame-ancestors 'none'$/);
  await page.context().close();
});

test('a text from a phone is shown on the phone, and to the operator, as it was typed', async () => {
  const said = `${short} <script>owned('sms')</script>`;
  const page = await guard(await open('/simulator'));
  await page.getByLabel('رقم هاتف المواطن').fill('0661000077');
  await page.getByRole('textbox', { name: 'نص الرسالة' }).fill(`${said} توقف الدعم، أسكن في سلا`);
  await page.getByRole('button', { name: 'إرسال' }).click();
  await page.getByText(said).waitFor();
  const receipt = await page.locator('.thread .in p').first().innerText();
  const reference = /(?<!\d)[1-9]\d{9}(?!\d)/.exec(receipt)?.[0] ?? '';
  const one = await supervisor.find(reference);
  const answer = `<svg onload=owned('reply')> نراجع ملفكم`;
  await supervisor.act(one.id, 'reply', { text: answer });
  await page.locator('.thread .in').getByText(answer).waitFor();

  const reader = await guard(await enter('operator', consoleTexts.fr, `/console/case/${one.id}`));
  await expectShown(reader, [said, answer]);
  await Promise.all([page.context().close(), reader.context().close()]);
});
