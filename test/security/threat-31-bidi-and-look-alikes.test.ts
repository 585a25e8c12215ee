import { afterAll, beforeAll, expect, it } from 'vitest';
import { addStaff } from '#cli/add-staff';
import { isStaffName } from '#domain/staff/names.rules';
import { withMarksShown } from '#ui/marks';
import { filing, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

const turning = [...'\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];

it('what a citizen writes is kept as it came, and shown without anything that turns it around', async () => {
  const text = `دفعت 200 درهم ${turning.join('x')} \u200e0661\u200f`;
  const { reference, code } = (await app.post('/api/v1/cases', filing({ text }))).json as { reference: string; code: string };
  const told = (await app.post('/api/v1/track', { reference, code })).json as { messages: { text: string }[] };
  expect(told.messages.map((message) => message.text)).toContain(text);

  const page = await fetch(`${app.url}/fr/track`, { method: 'POST', headers: { origin: app.url }, body: new URLSearchParams({ reference, code }) });
  const html = await page.text();
  expect(html).toContain('[U+202A]x[U+202B]x[U+202C]x[U+202D]x[U+202E]x[U+2066]x[U+2067]x[U+2068]x[U+2069] \u200e0661\u200f');
  for (const mark of turning) expect(html).not.toContain(mark);
  expect(html).toMatch(/<div class="said" dir="auto">دفعت 200/);
});

it('every character that turns a text is spelled out, and no other', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    const one = String.fromCharCode(code);
    expect(withMarksShown(one) !== one, code.toString(16)).toBe(turning.includes(one));
  }
});

it('names of staff that people bear are taken', () => {
  for (const name of ['سلمى بنعيسى', 'نَادِيَة', 'Leïla Harti', "Aïcha O'Connor", 'Jean-Pierre d’Argent', 'Fatima Z. Alaoui', 'Test operator2', 'ⵜⵉⵍⵍⵉ ⵣⵔⵢ'])
    expect(isStaffName(name), name).toBe(true);
});

it('a name of two scripts, of look-alike letters or with anything unseen in it is given to nobody', async () => {
  const refused = [
    'Ad\u0456l Sekkat', '\u0410dil', 'Adil \u03a3ekkat', 'Adil سلمى', 'ⴰdil', // Cyrillic, Greek, two scripts
    '\uff21dil', '\u0251dil', 'Ad\u0131l', '\u{1d400}dil', 'Adi\u0307l', // full width, phonetic, dotless, mathematical, a dot over an l
    'سلم\u06cc', '\u06a9نزة', '\ufe8d\ufee3\ufe8e\ufedd', 'سلـمى', // Persian letters, presentation forms, a stretch
    'Adil\u202e', '\u2066Adil', 'Adil\u200b', 'Ad\u00adil', 'سل\u200dمى', 'سل\u200cمى', '\u200eAdil',
    'Adil  Sekkat', ' Adil', 'Adil ', 'Adil\u00a0Sekkat', 'Adil\nSekkat', '', '-', '7', '\u064eس', '<b>Adil</b>', 'A'.repeat(201),
  ];
  for (const name of refused) expect(isStaffName(name), JSON.stringify(name)).toBe(false);
  const add = (name: string) => addStaff(app.deps.ctx, ['--login', 'twin', '--name', name, '--role', 'operator', '--centre', 'centre-04']);
  await expect(add('Ad\u0456l Sekkat')).rejects.toThrow('--name');
  await expect(app.deps.ctx.db.withActor({ kind: 'system' }, (tx) => tx.raw('select 1 from staff where login = $1', ['twin']))).resolves.toEqual([]);
});
