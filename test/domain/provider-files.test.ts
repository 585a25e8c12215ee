import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '#channels/channel';
import { fetchFile, sweepProviderFiles } from '#domain/attachments/fetching.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { clamd } from '#files/scanner';
import { startFakeClamd } from '#dev/fake-clamd';
import type { GivenFile } from '#dev/fake-twilio/media';
import { line, startApp, testClock, type TestApp } from '../support/app.ts';
import { photo, stored, voiceNote } from '../support/files.ts';
import { outgoingOf } from '../support/outgoing.ts';

// No worker runs: each step is done by hand, as often as the test likes.
const clock = testClock(new Date());
let app: TestApp;
const { rows } = outgoingOf(() => app);
beforeAll(async () => {
  app = await startApp({ clock, whatsapp: true });
});
afterAll(() => app.close());
beforeEach(() => clock.set(new Date()));

let writers = 0;
const amr = Buffer.concat([Buffer.from('#!AMR\n', 'latin1'), Buffer.alloc(300, 7)]);

/** Somebody sends files on WhatsApp; the message has found its case, and the files still lie with the provider. */
const sent = async (files: GivenFile[], text = 'هذه صورة') => {
  const from = `+2126620022${String((writers += 1)).padStart(2, '0')}`;
  const message = { from, text, files };
  const { messageSid } = await app.fake.receiveOnWhatsApp(message);
  const [found] = await rows<{ id: string }>('select id from messages where provider_id = $1', messageSid);
  await routeMessage(app.deps.ctx, found?.id ?? '');
  const [routed] = await rows<{ case_id: string; body: string }>('select case_id, body from messages where id = $1', found?.id ?? '');
  return { messageId: found?.id ?? '', caseId: routed?.case_id ?? '', body: routed?.body, messageSid, message };
};
/** What the sweep adds now, done. */
const fetchDue = async (ctx = app.deps.ctx): Promise<number> => {
  const due: string[] = [];
  await sweepProviderFiles({ ...ctx, jobs: { add: (_, ids) => void due.push(...ids) } }, clock.now());
  for (const id of due) await fetchFile(ctx, id);
  return due.length;
};
const filesOf = (messageId: string) => rows<{ state: string; url: string | null }>('select state, url from provider_files where message_id = $1 order by position', messageId);
const attached = (caseId: string) => rows<{ id: string; type: string; state: string; message_id: string }>('select id, type, state, message_id from attachments where case_id = $1 order by created_at, id', caseId);

describe('files that come with a message', () => {
  it('never keep the message waiting, and are attached to it, ten of them, each once however often they are told of', async () => {
    const files = await Promise.all(Array.from({ length: 10 }, async (_, i) => ({ type: 'image/jpeg', bytes: await photo(String(i)) })));
    const { caseId, messageId, messageSid, body, message } = await sent(files);
    expect(body).toBe(['هذه صورة', ...files.map(() => '[image/jpeg]')].join('\n'));
    await app.fake.receiveOnWhatsApp({ ...message, messageSid });
    expect(await fetchDue()).toBe(10);
    expect(await fetchDue()).toBe(0);
    expect((await attached(caseId)).map(({ type, state, message_id: of }) => [type, state, of])).toEqual(files.map(() => ['image/jpeg', 'received', messageId]));
    expect(await filesOf(messageId)).toEqual(files.map(() => ({ state: 'done', url: null })));
    expect(app.fake.filesOf(messageSid)).toEqual([]);
  });

  it('that the provider does not have yet come later, and a job that runs five times at once attaches one', async () => {
    const { caseId, messageId } = await sent([{ type: 'image/jpeg', bytes: await photo(), lateBy: 3 }]);
    for (const pause of [0, 1000, 3000]) {
      clock.advance(pause);
      await fetchDue();
      expect(await attached(caseId)).toEqual([]);
    }
    expect(await fetchDue()).toBe(0);
    clock.advance(10_000);
    const [row] = await rows<{ id: string }>('select id from provider_files where message_id = $1', messageId);
    await Promise.all(Array.from({ length: 5 }, () => fetchFile(app.deps.ctx, row?.id ?? '')));
    expect(await attached(caseId)).toHaveLength(1);
  });

  it('that the provider never has show as refused, and the words stay', async () => {
    const { caseId, messageId } = await sent([{ type: 'image/jpeg', bytes: await photo(), lateBy: 99 }]);
    for (const pause of [0, 1000, 3000, 10_000, 60_000]) {
      clock.advance(pause);
      await fetchDue();
    }
    expect(await filesOf(messageId)).toEqual([{ state: 'refused', url: null }]);
    expect(await attached(caseId)).toMatchObject([{ state: 'refused', message_id: messageId }]);
  });

  it('are what they are, not what they are called', async () => {
    const { caseId, messageSid } = await sent([{ type: 'image/jpeg', bytes: Buffer.from('MZ this is a program') }, { type: 'video/mp4', bytes: Buffer.alloc(11 * 1024 * 1024) }, { type: 'text/plain', bytes: await photo() }]);
    await fetchDue();
    expect((await attached(caseId)).map(({ type, state }) => `${type} ${state}`).toSorted()).toEqual(['application/octet-stream refused', 'application/octet-stream refused', 'image/jpeg received']);
    expect(app.fake.filesOf(messageSid)).toHaveLength(2);
  });

  it('come with an MMS just the same', async () => {
    const { messageSid } = await app.fake.receiveFromHandset({ from: '+212662002299', to: line, text: '', files: [{ type: 'image/jpeg', bytes: await photo() }] });
    const [found] = await rows<{ id: string; body: string }>('select id, body from messages where provider_id = $1', messageSid);
    expect(found?.body).toBe('[image/jpeg]');
    expect(await fetchDue()).toBe(0);
    await routeMessage(app.deps.ctx, found?.id ?? '');
    expect(await fetchDue()).toBe(1);
    expect(await filesOf(found?.id ?? '')).toMatchObject([{ state: 'done' }]);
  });

  it('wait while the provider is away, and nothing is left of one that could not be deleted there at first', async () => {
    const { caseId, messageId, messageSid } = await sent([{ type: 'image/jpeg', bytes: await photo() }]);
    const away = (broken: keyof Channel) => ({
      ...app.deps.ctx,
      channels: app.deps.ctx.channels.map((channel) => ({ ...channel, [broken]: () => Promise.reject(new Error('the provider is away')) })),
    });
    await expect(fetchDue(away('fetchFile'))).rejects.toThrow('away');
    expect(await fetchDue()).toBe(0);
    clock.advance(120_000);
    await expect(fetchDue(away('removeFile'))).rejects.toThrow('away');
    expect(await filesOf(messageId)).toMatchObject([{ state: 'kept' }]);
    clock.advance(120_000);
    await fetchDue();
    expect(await attached(caseId)).toHaveLength(1);
    expect(app.fake.filesOf(messageSid)).toEqual([]);
  });

  it('keep their text in its case while they are fetched; and are of the case that it is of then', async () => {
    const { caseId } = await sent([]);
    const from = `+2126620022${String(writers).padStart(2, '0')}`;
    const { messageSid } = await app.fake.receiveOnWhatsApp({ from, text: 'وهذه صورة', files: [{ type: 'image/jpeg', bytes: await photo() }] });
    const [text] = await rows<{ id: string }>('select id from messages where provider_id = $1', messageSid);
    await routeMessage(app.deps.ctx, text?.id ?? '');
    await triageCase(app.deps.ctx, caseId);
    await rows("update cases set centre_id = 'centre-04' where id = $1", caseId);
    const { caseId: another } = await sent([]);
    const amal = await app.as('operator', 'centre-04', 'amal');
    const answers: unknown[] = [];
    const meanwhile = app.deps.ctx.channels.map((channel) => ({
      ...channel,
      fetchFile: async (...asked: Parameters<NonNullable<Channel['fetchFile']>>) => {
        const { json: { version } } = await app.get(`/api/v1/staff/cases/${caseId}`, amal);
        answers.push((await app.post(`/api/v1/staff/cases/${caseId}/split`, { version, messages: [text?.id], reason: 'كتبتها أختها' }, amal)).json);
        await rows("update messages set case_id = $1, seq = nextval('messages_seq'), salt = gen_random_uuid() where id = $2", another, text?.id ?? '');
        return (await channel.fetchFile?.(...asked)) ?? { outcome: 'not_yet' as const };
      },
    }));
    await fetchDue({ ...app.deps.ctx, channels: meanwhile });
    expect(answers).toMatchObject([{ status: 400, errors: [{ path: 'messages', code: 'has_files' }] }]);
    expect([await attached(caseId), await attached(another)]).toMatchObject([[], [{ message_id: text?.id }]]);
  });

  it('of somebody who had everything erased meanwhile are deleted there, and kept nowhere', async () => {
    const { caseId, messageSid } = await sent([{ type: 'image/jpeg', bytes: await photo() }]);
    const before = (await stored(app)).length;
    await rows("insert into events (case_id, type, actor_kind, at, data) values ($1, 'case.erased', 'system', now(), '{}')", caseId);
    await fetchDue();
    expect(await attached(caseId)).toEqual([]);
    expect(app.fake.filesOf(messageSid)).toEqual([]);
    // The upload is loose, sealed under a handle that nobody has; the sweep of uploads removes it.
    expect((await stored(app)).length).toBeLessThanOrEqual(before + 1);
  });

  it('end after a week of a provider that is away, or ours no more: the case shows that one was lost; a message for the line itself leaves none waiting', async () => {
    const file = { type: 'image/jpeg', bytes: await photo() };
    const { caseId, messageId } = await sent([file]);
    const { messageSid } = await app.fake.receiveOnWhatsApp({ from: '+212662002288', text: 'مساعدة', files: [file] });
    const [word] = await rows<{ id: string }>("update messages set state = 'handled' where provider_id = $1 returning id", messageSid);
    const none = { ...app.deps.ctx, channels: [] };
    expect(await fetchDue(none)).toBe(0);
    expect(await filesOf(word?.id ?? '')).toEqual([{ state: 'refused', url: null }]);
    clock.advance(7 * 86_400_000 - 60_000);
    await fetchDue(none);
    expect(await filesOf(messageId)).toMatchObject([{ state: 'waiting' }]);
    clock.advance(120_000);
    for (let i = 0; i < 2; i += 1) await fetchDue(none);
    expect(await filesOf(messageId)).toEqual([{ state: 'refused', url: null }]);
    expect(await rows('select state, reason from attachments where case_id = $1', caseId)).toEqual([{ state: 'refused', reason: 'lost' }]);
  });
});

it('a voice note waits for a scanner, and is then for saving, never shown in place', async () => {
  const daemon = await startFakeClamd();
  const scanner = clamd(daemon.url);
  const { caseId } = await sent([{ type: 'audio/ogg; codecs=opus', bytes: voiceNote() }, { type: 'audio/amr', bytes: amr }], 'salam flous da3m mawslnich, sala');
  await fetchDue();
  const notes = await attached(caseId);
  expect(notes.map(({ type }) => type).toSorted()).toEqual(['audio/amr', 'audio/ogg']);
  for (const { id } of notes) await processAttachment(app.deps.ctx, id);
  expect((await attached(caseId)).map(({ state }) => state)).toEqual(['quarantined', 'quarantined']);
  for (const { id } of notes) await processAttachment({ ...app.deps.ctx, scanner }, id);
  const [first] = notes;
  await rows("update cases set centre_id = 'centre-04' where id = $1", caseId);
  const answer = await app.get(`/api/v1/staff/cases/${caseId}/attachments/${first?.id ?? ''}`, await app.as('operator', 'centre-04'));
  expect([answer.status, answer.headers.get('content-disposition')?.split(';')[0]]).toEqual([200, 'attachment']);
  await daemon.close();
});
