import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { filing, startApp, type TestApp } from '../support/app.ts';

/** osTicket CVE-2019-14749, RT CVE-2025-61873: a cell of an export that a spreadsheet takes for a formula. */
const hostile = ["=cmd|'/C calc'!A0", '+1+1', '-2+3', '@SUM(1)', '\t=1', '\r=1', '=HYPERLINK("https://evil.example";"x")', 'a,b', 'say "x"', 'two\r\nlines', 'plain-07'];

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

/** RFC 4180, read back as a spreadsheet does. */
const read = (csv: string): string[][] => {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
};

it('no cell begins a formula, whatever centres and categories are called, and each reads back as it was', async () => {
  const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> => app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
  await rows('insert into centres (id, name_ar, name_fr, region_code) select one, one, one, $2 from unnest($1::text[]) one', `{${hostile.map((one) => `"${one.replaceAll('"', '\\"')}"`).join(',')}}`, 'MA-04');
  for (const one of hostile) {
    const { reference } = (await app.post('/api/v1/cases', filing())).json;
    await rows('update cases set centre_id = $1 where reference = $2', one, String(reference));
  }
  const administrator = await app.as('administrator', null);
  const { status, text } = await app.get('/api/v1/staff/reports/response-times.csv?by=centre', administrator);
  expect(status).toBe(200);
  const [names = [], ...cells] = read(text);
  expect(cells.every((row) => row.length === names.length)).toBe(true);
  for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
  expect(cells.map(([centre = '']) => centre.replace(/^'/, '')).toSorted()).toEqual(hostile.toSorted());
});
