import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processAttachment } from '#domain/attachments/processing.actions';
import { openCentre } from '../support/centre.ts';
import { photo, uploaded } from '../support/files.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

it('a photo tells staff neither where, when nor with what it was taken, in any format', async () => {
  const canary = 'CANARY-33.5731N-7.5898W';
  const taken = await photo(canary);
  for (const bytes of [taken, await sharp(taken).keepMetadata().png().toBuffer(), await sharp(taken).keepMetadata().webp().toBuffer()]) {
    expect((await sharp(bytes).metadata()).exif?.includes(canary)).toBe(true);
    const one = await centre.waiting({ attachments: [await uploaded(centre.app, bytes)] });
    const [row] = await centre.rows<{ id: string }>('select id from attachments where case_id = $1', one.id);
    await processAttachment(centre.app.deps.ctx, row?.id ?? '');
    const response = await fetch(`${centre.app.url}/api/v1/staff/cases/${one.id}/attachments/${row?.id}`, { headers: centre.amal });
    const shown = Buffer.from(await response.arrayBuffer());
    const { exif, xmp, iptc, icc, format, width } = await sharp(shown).metadata();
    expect([response.headers.get('content-type'), width]).toEqual([`image/${format}`, 64]);
    expect([exif, xmp, iptc, icc]).toEqual([undefined, undefined, undefined, undefined]);
    expect(shown.includes('CANARY')).toBe(false);
  }
});

it('a photo that a phone marks as turned is shown upright', async () => {
  const turned = await sharp(await photo()).withMetadata({ orientation: 6 }).toBuffer();
  const one = await centre.waiting({ attachments: [await uploaded(centre.app, turned)] });
  const [row] = await centre.rows<{ id: string }>('select id from attachments where case_id = $1', one.id);
  await processAttachment(centre.app.deps.ctx, row?.id ?? '');
  const response = await fetch(`${centre.app.url}/api/v1/staff/cases/${one.id}/attachments/${row?.id}`, { headers: centre.amal });
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  expect([width, height]).toEqual([32, 64]);
});
