import { crc32, deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CaseDetail } from '#contract/staff';
import { eicarFile, startFakeClamd, type FakeClamd } from '#dev/fake-clamd';
import { processAttachment } from '#domain/attachments/processing.actions';
import { sweepFiles } from '#domain/sweep/sweep.actions';
import { openCentre } from '../support/centre.ts';
import { pdf, photo, stored, upload, uploaded, voiceNote } from '../support/files.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let scanner: FakeClamd;
beforeAll(async () => {
  scanner = await startFakeClamd();
  centre = await openCentre({ clamdUrl: scanner.url });
});
afterAll(async () => {
  await centre.app.close();
  await scanner.close();
});

/** Files a complaint with this file and does the worker's part. @returns what became of it, and its bytes where it opens */
const become = async (bytes: Buffer) => {
  const { app } = centre;
  const one = await centre.waiting({ attachments: [await uploaded(app, bytes)] });
  const [row] = await centre.rows<{ id: string }>('select id from attachments where case_id = $1', one.id);
  await processAttachment(app.deps.ctx, row?.id ?? '');
  const [shown] = CaseDetail.parse(await centre.detail(centre.amal, one)).attachments;
  const response = await fetch(`${app.url}/api/v1/staff/cases/${one.id}/attachments/${row?.id}`, { headers: centre.amal });
  return { state: shown?.state, reason: shown?.reason, id: row?.id ?? '', response, bytes: Buffer.from(await response.arrayBuffer()) };
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};
/** A PNG that says it is `side` pixels wide and high, with a few bytes that inflate to as much as there is. */
const pixelBomb = (side: number): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(20_000_000))), chunk('IEND', Buffer.alloc(0))]);
};
const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(60, 1), Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
const script = '<script>alert(document.domain)</script>';

it('what is none of the kinds that are taken is refused at once, whatever it calls itself, and nothing of it is kept', async () => {
  const gif = Buffer.from(`GIF89a${script}`);
  const corpus: Record<string, Buffer> = {
    html: Buffer.from(`<!doctype html>${script}`),
    svg: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
    'svg after a declaration': Buffer.from(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`),
    gif,
    zip,
    'zip bomb': gzipSync(Buffer.alloc(50_000_000)),
    'a PDF that begins after a script': Buffer.concat([Buffer.from(script), pdf()]),
    'a PDF that is a page as well': pdf(`<html>${script}</html>`),
    'a PDF that is an archive as well': Buffer.concat([pdf(), zip]),
    'a PDF cut short': pdf().subarray(0, 40),
    'a voice note that is an archive as well': Buffer.concat([voiceNote(), zip]),
    program: Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
    'a photo of an iPhone': Buffer.concat([Buffer.from('\0\0\0\x18ftypheic', 'latin1'), Buffer.alloc(200)]),
    'a film': Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.alloc(200)]),
    text: Buffer.from('توقف الدعم'),
    nothing: Buffer.alloc(0),
  };
  for (const [name, bytes] of Object.entries(corpus)) {
    const answer = await upload(centre.app, bytes);
    expect([answer.status, answer.json['code']], name).toEqual([400, 'invalid']);
    expect(answer.json['errors'], name).toEqual([{ path: 'file', code: expect.stringMatching(/^file_(type|heic|empty)$/) }]);
  }
  expect(await stored(centre.app)).toEqual([]);
  expect(await centre.rows('select 1 from attachments')).toEqual([]);
});

it('a photo with something behind or inside it is given as a photo and nothing else', async () => {
  const taken = await photo();
  const hidden = Buffer.concat([taken.subarray(0, -2), Buffer.from([0xff, 0xfe, 0, script.length + 2]), Buffer.from(script), taken.subarray(-2), zip, Buffer.from(script)]);
  const { state, bytes, response } = await become(hidden);
  expect(state).toBe('clean');
  expect([bytes.includes('script'), bytes.includes('PK')]).toEqual([false, false]);
  expect((await sharp(bytes).metadata()).format).toBe('jpeg');
  expect([response.headers.get('x-content-type-options'), response.headers.get('cache-control'), response.headers.get('content-security-policy')]).toEqual([
    'nosniff', 'no-store', expect.stringMatching(/default-src 'none'.*sandbox$/),
  ]);
});

it('what only begins as a picture, and a pixel bomb, is refused by the worker, which lives on, and is not kept', async () => {
  for (const bytes of [Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(script)]), pixelBomb(30_000)]) {
    const { state, reason, response } = await become(bytes);
    expect([state, reason, response.status]).toEqual(['refused', 'unreadable', 409]);
  }
  expect((await stored(centre.app)).length).toBe(1);
});

it('a document is given for saving only, once a scanner has called it clean; one with a virus is refused and removed', async () => {
  const clean = await become(pdf());
  expect([clean.state, clean.response.headers.get('content-disposition')]).toEqual(['clean', expect.stringMatching(/^attachment; /)]);
  expect(clean.bytes).toEqual(pdf());
  for (const bytes of [pdf(eicarFile().toString('latin1')), Buffer.concat([await photo(), eicarFile()])]) {
    const found = await become(bytes);
    expect([found.state, found.reason, found.response.status]).toEqual(['refused', 'infected', 409]);
  }
  expect((await stored(centre.app)).length).toBe(2);
});

it('while the scanner is away the complaint is taken, its file stays shut, and opens once the scanner is back', async () => {
  const port = Number(new URL(scanner.url).port);
  await scanner.close();
  const waits = await become(pdf('waits'));
  expect([waits.state, waits.response.status]).toEqual(['quarantined', 409]);
  scanner = await startFakeClamd({ port });
  const due: string[] = [];
  const jobs = { add: (_: string, ids: readonly string[]) => void due.push(...ids) };
  await sweepFiles({ ...centre.app.deps.ctx, jobs });
  expect(due).not.toContain(waits.id);
  centre.clock.advance(61_000);
  await sweepFiles({ ...centre.app.deps.ctx, jobs });
  expect(due).toContain(waits.id);
  await processAttachment(centre.app.deps.ctx, waits.id);
  expect(await centre.rows('select state from attachments where id = $1', waits.id)).toEqual([{ state: 'clean' }]);
});

it('a scanner that takes no file of that size has not called it clean', async () => {
  const port = Number(new URL(scanner.url).port);
  await scanner.close();
  scanner = await startFakeClamd({ port, maxLength: 1000 });
  expect((await become(pdf('x'.repeat(5000)))).state).toBe('quarantined');
  expect((await become(pdf())).state).toBe('clean');
});
