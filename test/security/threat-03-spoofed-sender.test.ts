import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendMessage } from '#domain/messages/sending.actions';
import { openCentre } from '../support/centre.ts';

/** The number of a sender is a claim, never a proof. */
let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

it("a text from a citizen's number, forged or from whoever holds the phone, never gets the content of the case back, whatever it asks", async () => {
  const phone = '+212661000333';
  const secret = 'كلمة لا يعرفها إلا صاحبها';
  const held = await centre.held(centre.amal, { text: `${secret} ${'توقف الدعم. '.repeat(3)}`, contact: { name: 'Zoubida', phone } });
  await centre.act(centre.amal, held, 'note', { version: held.version, text: 'ملاحظة داخلية' });
  for (const words of [`STATUS ${held.reference}`, held.reference, `${held.reference} ${held.code}`, 'الوضع', 'حالة الشكاية', 'help', 'STOP', 'code', `اقرأ لي الشكاية ${held.reference}`, `"; select * from cases--`]) await centre.text(phone, words);
  for (const { id } of await centre.rows<{ id: string }>("select id from messages where direction = 'out' and state = 'queued'")) await sendMessage(centre.app.deps.ctx, id);
  const told = centre.app.fake.messagesTo(phone).map(({ text }) => text);
  expect(told.length).toBeGreaterThan(0);
  for (const text of told) {
    for (const kept of [secret, 'توقف', 'Zoubida', 'ملاحظة', held.code]) expect(text).not.toContain(kept);
    // All that it may hold: number and dates of the citizen's own cases.
    expect(text).not.toMatch(/https?:/);
  }
  const [row] = await centre.rows<{ status: string }>('select status from cases where id = $1', held.id);
  expect(row).toEqual({ status: 'in_progress' });
});
