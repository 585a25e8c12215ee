import { createHash, createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaseDetail } from '#contract/staff';
import { processAttachment } from '#domain/attachments/processing.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { sweepFiles } from '#domain/sweep/sweep.actions';
import { unseal } from '#lib/sealing';
import { filing } from '../support/app.ts';
import { openCentre } from '../support/centre.ts';
import { pdf, photo, stored, upload, uploaded, voiceNote } from '../support/files.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const counts = () => centre.rows<{ cases: string; events: string; attached: string }>("select (select count(*) from cases) as cases, (select count(*) from events) as events, (select count(*) from attachments where case_id is not null) as attached");
const attachmentsOf = async (one: { id: string }) => CaseDetail.parse(await centre.detail(centre.amal, one)).attachments;
/** Does what the worker would. */
const process = async (): Promise<void> => {
  for (const { id } of await centre.rows<{ id: string }>("select id from attachments where state = 'received'")) await processAttachment(centre.app.deps.ctx, id);
};

describe('a complaint with files', () => {
  it('has them at its first message, opened by whoever sees the case, and only once by their handle', async () => {
    const { app } = centre;
    const attachments: string[] = [];
    for (const bytes of [await photo(), pdf(), voiceNote()]) {
      centre.clock.advance(1);
      attachments.push(await uploaded(app, bytes));
    }
    const one = await centre.waiting({ attachments });
    expect((await attachmentsOf(one)).map(({ type, state }) => [type, state])).toEqual([['image/jpeg', 'received'], ['application/pdf', 'received'], ['audio/ogg', 'received']]);
    await process();
    const shown = await attachmentsOf(one);
    // There is no scanner here: what was made anew opens, the rest waits for one.
    expect(shown.map(({ state }) => state)).toEqual(['clean', 'quarantined', 'quarantined']);
    const answer = await fetch(`${app.url}/api/v1/staff/cases/${one.id}/attachments/${shown[0]?.id}`, { headers: centre.amal });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([200, 'image/jpeg', expect.stringMatching(/^inline; filename="[0-9a-f-]+\.jpg"$/)]);
    expect(Buffer.from(await answer.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect((await app.get(`/api/v1/staff/cases/${one.id}/attachments/${shown[1]?.id}`, centre.amal)).json['code']).toBe('not_scanned_yet');
    const again = await app.post('/api/v1/cases', filing({ attachments: attachments.slice(0, 1) }));
    expect([again.status, again.json['errors']]).toEqual([400, [{ path: 'attachments.0', code: 'unknown_upload' }]]);
  });

  it('is the same complaint when it is sent again, with the same handles or with the same files uploaded again', async () => {
    const { app } = centre;
    const bytes = pdf('again');
    const attachments = [await uploaded(app, bytes)];
    const send = (body: Record<string, unknown>) => app.post('/api/v1/cases', filing(body), { 'idempotency-key': 'files once' });
    const first = await send({ attachments });
    const second = await send({ attachments });
    const third = await send({ attachments: [await uploaded(app, bytes)] });
    expect([first.status, second.status, third.status]).toEqual([201, 200, 200]);
    expect([second.json, third.json]).toEqual([first.json, first.json]);
    const other = await send({ attachments: [await uploaded(app, pdf('other'))] });
    expect([other.status, other.json['code']]).toEqual([422, 'key_reused']);
  });

  it('is refused whole where a handle is unknown, used, named twice, expired, or where there are six', async () => {
    const { app } = centre;
    const fresh = await uploaded(app, pdf());
    centre.clock.advance(1);
    const expired = await uploaded(app, pdf());
    await centre.rows("update attachments set created_at = created_at - interval '25 hours' where state = 'waiting' and id = (select max(id::text)::uuid from attachments)");
    const before = await counts();
    for (const attachments of [['A'.repeat(22)], ['short'], [fresh, fresh], [expired], [fresh, 'A'.repeat(22)], Array.from({ length: 6 }, () => fresh), [3], 'x'])
      expect((await app.post('/api/v1/cases', filing({ attachments }))).status, JSON.stringify(attachments)).toBe(400);
    expect(await counts()).toEqual(before);
    expect((await app.post('/api/v1/cases', filing({ attachments: [fresh] }))).status).toBe(201);
  });

  it('gives a handle to the first of two who use it at the same time', async () => {
    const attachments = [await uploaded(centre.app, pdf())];
    const answers = await Promise.all(Array.from({ length: 6 }, () => centre.app.post('/api/v1/cases', filing({ attachments }))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400, 400, 400, 400]);
  });
});

describe('a further message with files', () => {
  it('carries them, and said twice within minutes is one', async () => {
    const { app } = centre;
    const one = await centre.waiting();
    centre.clock.advance(1000);
    const say = async (bytes: Buffer) => app.post('/api/v1/track/messages', { reference: one.reference, code: one.code, text: 'ها هي الوثيقة', attachments: [await uploaded(app, bytes)] });
    expect((await say(pdf('a'))).status).toBe(201);
    expect((await say(pdf('a'))).status).toBe(201);
    centre.clock.advance(1000);
    expect((await say(pdf('b'))).status).toBe(201);
    const { messages } = CaseDetail.parse(await centre.detail(centre.amal, one));
    const shown = await attachmentsOf(one);
    expect(shown.map(({ messageId }) => messages.findIndex(({ id }) => id === messageId))).toEqual([1, 2]);
  });

  it('taken by an operator on the phone works the same', async () => {
    const attachments = [await uploaded(centre.app, pdf())];
    const filed = await centre.app.post('/api/v1/staff/cases', filing({ channel: 'counter', attachments }), centre.amal);
    expect(filed.status).toBe(201);
    expect((await centre.app.post('/api/v1/staff/cases', filing({ channel: 'counter', attachments }), centre.amal)).status).toBe(400);
  });
});

describe('whoever opens a file', () => {
  it('is kept with the file, once in a while, and the supervisor sees it', async () => {
    const one = await centre.waiting({ attachments: [await uploaded(centre.app, await photo())] });
    await process();
    const [shown] = await attachmentsOf(one);
    for (let time = 0; time < 3; time += 1) await centre.app.get(`/api/v1/staff/cases/${one.id}/attachments/${shown?.id}`, centre.badr);
    const read = (await centre.events(one.id)).filter(({ type }) => type === 'attachment.read');
    expect(read.map(({ data }) => data)).toEqual([{ why: 'looks', attachmentId: shown?.id }]);
    const readings = JSON.parse((await centre.app.get(`/api/v1/staff/cases/${one.id}/readings`, centre.chief)).text) as { attachmentId?: string; reader: string }[];
    expect(readings.find(({ attachmentId }) => attachmentId === shown?.id)?.reader).toBe('Test badr');
  });
});

describe('a citizen who is erased', () => {
  it('takes the files along: neither a photo made anew nor what waits to be looked at opens any more, from the bytes there are', async () => {
    const { app } = centre;
    const { ctx } = app.deps;
    const one = await centre.waiting({ attachments: [await uploaded(app, await photo())] });
    await process();
    centre.clock.advance(1000);
    expect((await app.post('/api/v1/track/messages', { reference: one.reference, code: one.code, text: 'وهذه أيضا', attachments: [await uploaded(app, await photo('later'))] })).status).toBe(201);
    const [found] = await centre.rows<{ citizen: string }>('select citizen_id as citizen from cases where id = $1', one.id);
    const [clean, later] = await attachmentsOf(one);
    const open = (id?: string) => app.get(`/api/v1/staff/cases/${one.id}/attachments/${id}`, centre.amal);
    expect((await open(clean?.id)).status).toBe(200);
    await ctx.keys.destroy([found?.citizen ?? '']);
    expect([(await open(clean?.id)).status, (await open(clean?.id)).json['code']]).toEqual([409, 'attachment_refused']);
    await processAttachment(ctx, later?.id ?? '');
    const more = { reference: one.reference, code: one.code, text: 'وصورة أخرى', attachments: [await uploaded(app, pdf('more'))] };
    expect(await app.post('/api/v1/track/messages', more)).toMatchObject({ status: 410, json: { code: 'erased' } });
    expect((await attachmentsOf(one)).map(({ state }) => state)).toEqual(['clean', 'refused']);
  });
});

describe('a file that waits to be attached', () => {
  it('opens for whoever has its handle: not with all that the database and the key store keep', async () => {
    const key = (text: string): Buffer => createHash('sha256').update(text).digest();
    const handle = await uploaded(centre.app, pdf('waits'));
    const [row] = await centre.rows<{ id: string; sealed: Buffer }>("select id, data_key as sealed from attachments where upload_hash = decode($1, 'hex')", key(handle).toString('hex'));
    expect(row?.sealed.length).toBe(61);
    const opens = (secret: Buffer) => () => unseal(createSecretKey(secret), sealedAt.attachmentKey(row?.id ?? ''), row?.sealed ?? Buffer.alloc(0));
    expect(opens(key(`insat/upload/1\0${handle}`))()).toHaveLength(32);
    for (const kept of [key(handle), centre.app.deps.ctx.codeKey]) expect(opens(kept)).toThrow();
    expect((await centre.app.deps.ctx.keys.read([row?.id ?? ''])).size).toBe(0);
  });
});

describe('what is not needed', () => {
  it('is not kept: uploads that nobody attached in a day, with their bytes, and photos as they came', async () => {
    const { app } = centre;
    await process();
    const one = await centre.waiting({ attachments: [await uploaded(app, await photo('leftover'))] });
    await process();
    const [name] = await centre.rows<{ name: string }>('select store_name as name from attachments where case_id = $1', one.id);
    const loose = await uploaded(app, pdf('loose'));
    expect(await stored(app)).toContain(`${name?.name}-picture`);
    expect(await stored(app)).not.toContain(name?.name);
    centre.clock.advance(24 * 3600_000 + 61_000);
    await sweepFiles(app.deps.ctx);
    const kept = await centre.rows<{ name: string }>("select store_name || case when type like 'image/%' then '-picture' else '' end as name from attachments where state <> 'refused'");
    expect((await stored(app)).toSorted()).toEqual(kept.map((row) => row.name).toSorted());
    expect((await app.post('/api/v1/cases', filing({ attachments: [loose] }))).status).toBe(400);
    expect((await upload(app, pdf())).status).toBe(201);
  });
});
