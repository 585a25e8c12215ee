import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '#db/embedded/port';
import { startFakeTwilio, type FakeTwilio } from '#dev/fake-twilio/server';
import { freshDatabase } from '../support/database.ts';
import { eventually, filing, line } from '../support/app.ts';
import { account } from '../support/twilio-line.ts';
import { build, newKey, startInsat } from './insat.ts';

type Receipt = { reference: string; code: string; status: string; receivedAt: string; legalDueDate: string };
type Filed = { status: number; receipt: Receipt };

const filings = 2000;
const killedAfter = 700;
const phone = (i: number): string => `+21266${1_000_000 + i * 7}`;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: postgres.Sql;
let fake: FakeTwilio;
let url: string;
let settings: Record<string, string>;
beforeAll(async () => {
  await build();
  database = await freshDatabase();
  sql = postgres(database.url, { max: 1 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  // The provider outlives the process. It takes messages and reports nothing, so that only asking it can settle a send.
  fake = await startFakeTwilio({ ...account, number: line, publicUrl: url, webhookBase: url, schedule: () => undefined });
  settings = {
    PORT: String(port), DATABASE_URL: database.url, CODE_KEY: newKey(), LOG_KEY: newKey(), DATA_KEYS: `1:${newKey()}`, INDEX_KEY: newKey(), LOG_LEVEL: 'silent', TWILIO_ACCOUNT_SID: account.accountSid,
    TWILIO_AUTH_TOKEN: account.authToken, TWILIO_SMS_FROM: line, TWILIO_BASE_URL: fake.url,
  };
});
afterAll(async () => {
  await fake.close();
  await sql.end();
  await database.drop();
});

const file = async (i: number): Promise<Filed> => {
  const response = await fetch(`${url}/api/v1/cases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `citizen-${i}` },
    body: JSON.stringify(filing({ contact: { phone: phone(i) } })),
  });
  return { status: response.status, receipt: (await response.json()) as Receipt };
};

it('a process killed in the middle of 2,000 filings loses none that it gave a reference to, and tells each citizen once', async () => {
  const first = await startInsat(settings);
  const answers = new Map<number, Filed>();
  const left = Array.from({ length: filings }, (_, i) => i).toReversed();
  const cut: number[] = [];
  let killed: Promise<void> | null = null;
  const citizen = async () => {
    while (killed === null) {
      const i = left.pop();
      if (i === undefined) return;
      // Cut off by the kill: such a citizen has no reference, and is looked at apart.
      const answer = await file(i).catch(() => null);
      if (answer === null) cut.push(i);
      else answers.set(i, answer);
      if (answers.size >= killedAfter) killed ??= first.kill();
    }
  };
  await Promise.all(Array.from({ length: 16 }, citizen));
  await killed;
  const promised = new Map(answers);
  expect([...new Set([...promised.values()].map(({ status }) => status))]).toEqual([201]);
  const [undone] = await sql<{ untriaged: number; unclear: number }[]>`
    select count(*) filter (where triaged_at is null)::int as untriaged,
      (select count(*)::int from messages where state = 'sending' and provider_id is null) as unclear from cases`;
  expect(undone?.untriaged).toBeGreaterThan(0);
  // A provider is asked a minute after an unclear send: that minute passes here.
  await sql`update messages set state_at = state_at - interval '2 minutes' where state = 'sending' and provider_id is null`;

  const second = await startInsat(settings);
  try {
    // Everybody tries again with the same key: who has a receipt, who was cut off, and who had not begun.
    const again = [...left, ...cut, ...promised.keys()];
    const retry = async () => {
      for (let i = again.pop(); i !== undefined; i = again.pop()) answers.set(i, await file(i));
    };
    await Promise.all(Array.from({ length: 16 }, retry));
    for (const [i, { receipt }] of promised) expect(answers.get(i)).toEqual({ status: 200, receipt });

    const waiting = async () =>
      (await sql`select 1 from cases where triaged_at is null union all select 1 from messages where direction = 'out' and provider_id is null`).length;
    await eventually(async () => (await waiting()) === 0, 240);
    const stored = await sql<{ reference: string }[]>`select reference from cases`;
    expect(new Set(stored.map(({ reference }) => reference))).toEqual(new Set([...answers.values()].map(({ receipt }) => receipt.reference)));
    expect(stored).toHaveLength(filings);
    const told = [...answers].map(([i, { receipt }]) => fake.messagesTo(phone(i)).map(({ text }) => text.includes(receipt.reference)));
    expect(told.filter((texts) => texts.length !== 1 || texts[0] !== true)).toEqual([]);
  } finally {
    await second.kill();
  }
}, 400_000);
