import { Secret } from 'otpauth';
import { z } from 'zod';
import { line, eventually, type Answer, type TestApp } from '../support/app.ts';
import { openConsole } from '../support/console.ts';
import { password, staffOf, type Person as Staff } from '../support/factors.ts';
import { photo } from '../support/files.ts';
import { ask } from './asking.ts';
import type { Canaries } from './canary.ts';
import { filingBy, origins, personFrom, type Origin, type Person } from './canary-people.ts';

type Numbers = { reference: string; code: string };
const Numbers = z.object({ reference: z.string(), code: z.string() });
type Others = { supervisor: Staff; colleague: Staff; deputy: Staff; partner: Staff; logins: { supervisor: string; colleague: string; deputy: string } };
const Case = z.object({ id: z.string(), version: z.int(), status: z.string() });

/** Everybody comes by every way there is, is answered by staff, and answers back; then all of it is sent wrongly. */
export const openJourney = (app: TestApp, canaries: Canaries, rows: (statement: string, ...values: string[]) => Promise<Record<string, unknown>[]>, failed: () => Promise<boolean>) => {
  const people = Object.fromEntries(origins.map((origin) => [origin, personFrom(canaries, origin)])) as Record<Origin, Person>;
  const answers: { place: string; text: string }[] = [];
  const revealed = new Map<Origin, string>();
  /** What an API answers to a request that it refuses, and the headers of all answers, must tell nothing. */
  const heard = <A extends Answer>(answer: A): A => {
    answers.push({ place: 'headers of answers', text: JSON.stringify([...answer.headers]) });
    if (answer.status >= 400) answers.push({ place: 'refusals', text: answer.text });
    return answer;
  };
  const done = (answer: Answer): Answer => {
    if (heard(answer).status >= 300) throw new Error(`refused: ${answer.status} ${answer.text}`);
    return answer;
  };
  const known = (origin: Origin, typed: unknown): Numbers => {
    const numbers = Numbers.parse(typed);
    canaries.plantCode(`${origin}.code`, numbers.code);
    return numbers;
  };
  const send = async (path: string, fields: Record<string, string>, file?: { bytes: Buffer; name: string }): Promise<Answer> => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    if (file) data.append(path.includes('/api/') ? 'file' : 'files', new Blob([Buffer.from(file.bytes)]), file.name);
    const response = await fetch(app.url + path, { method: 'POST', body: data, redirect: 'manual' });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: path.includes('/api/') ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {} };
  };
  const uploadOf = async ({ exif, fileName }: Person): Promise<string> => String(done(await send('/api/v1/uploads', {}, { bytes: await photo(exif), name: `${fileName}.jpg` })).json['uploadId']);

  /** By the form of the page, without a script; the addresses that the answer holds are looked at. */
  const filePage = async (person: Person): Promise<Numbers> => {
    const answer = done(
      await send(
        '/fr/file',
        {
          idempotencyKey: crypto.randomUUID(), kind: 'complaint', text: person.narrative, 'territory.province': 'MA-SAL', 'territory.commune': person.commune, 'contact.name': person.submitter,
          'contact.phone': person.phone, 'contact.email': person.email, 'onBehalfOf.name': person.name, 'onBehalfOf.relationship': person.relationship, consent: 'true',
        },
        { bytes: await photo(person.exif), name: `${person.fileName}.jpg` },
      ),
    );
    for (const [, address = ''] of answer.text.matchAll(/(?:href|action|src)="([^"]*)"/g)) answers.push({ place: 'addresses in pages', text: address });
    const [reference, code] = [...answer.text.matchAll(/class="digits"><bdi dir="ltr">([0-9 ]+)</g)].map(([, digits = '']) => digits.replaceAll(' ', ''));
    return known('page', { reference, code });
  };
  const fileApi = async (origin: 'api' | 'sealed', more: Record<string, unknown>): Promise<Numbers> => {
    const person = people[origin];
    const filed = await app.post('/api/v1/cases', filingBy(person, { attachments: [await uploadOf(person)], ...more }), { 'idempotency-key': person.key });
    return known(origin, done(filed).json);
  };
  const fileStaff = async (channel: 'phone' | 'counter', by: Staff): Promise<Numbers> => known(channel, done(await app.post('/api/v1/staff/cases', filingBy(people[channel], { channel }), by)).json);
  const mobile = ({ phone }: Person): string => `+212${phone.replace(/\D/g, '').slice(-9)}`;
  /** Who writes by SMS is told reference and code by SMS. */
  const fileSms = async (): Promise<Numbers> => {
    const from = mobile(people.sms);
    await app.fake.receiveFromHandset({ from, to: line, text: people.sms.narrative });
    const told = await eventually(async () => app.fake.messagesTo(from)[0]?.text, 20);
    const [code, reference] = [...told.matchAll(/\d[\d ]*\d/g)].map(([digits]) => digits.replaceAll(' ', '')).toSorted((a, b) => Number(a.length === 10) - Number(b.length === 10)).filter(({ length }) => length === 6 || length === 10);
    return known('sms', { reference, code });
  };

  const caseOf = async ({ reference }: Numbers, by: Staff) => {
    const [found] = await rows('select id from cases where reference = $1', reference);
    return Case.parse(done(await app.get(`/api/v1/staff/cases/${String(found?.['id'])}`, by)).json);
  };
  /** Read again where the workers changed it meanwhile, as a person would. */
  const actAs = async (numbers: Numbers, by: Staff, verb: string, body: Record<string, unknown>): Promise<Answer> =>
    eventually(async () => {
      const { id, version } = await caseOf(numbers, by);
      const answer = await app.post(`/api/v1/staff/cases/${id}/${verb}`, { version, ...body }, by);
      return answer.json['code'] === 'stale' ? null : done(answer);
    });
  /** A body outside has it for a while, somebody must not touch it, and few may see it: each with words of its own. One that is restricted stays sealed. */
  const passRound = async (origin: Origin, numbers: Numbers, by: Staff, others: Others): Promise<void> => {
    const person = people[origin];
    await actAs(numbers, by, 'refer', { to: 'anss', fields: ['narrative', 'name', 'contact'], reason: person.referral });
    await actAs(numbers, others.partner, 'answer', { text: person.partner });
    const [kept] = await rows('select id from staff where login = $1', origin === 'sealed' ? others.logins.deputy : others.logins.colleague);
    await actAs(numbers, origin === 'sealed' ? others.deputy : others.colleague, 'block', { reason: 'close_to_person' });
    await actAs(numbers, others.supervisor, 'unblock', { staff: kept?.['id'], reason: person.conflict });
    const [reader] = await rows('select id from staff where login = $1', others.logins.supervisor);
    await actAs(numbers, others.supervisor, 'seal', { readers: [reader?.['id']], reason: person.sealing });
    if (origin === 'sealed') return;
    await actAs(numbers, others.supervisor, 'unseal', { reason: person.unsealing });
    await actAs(numbers, by, 'claim', {});
  };
  /** Two cases are taken for one, and then not. */
  const mergeAndPart = async (origin: Origin, numbers: Numbers, into: Numbers, by: Staff): Promise<void> => {
    await actAs(numbers, by, 'merge', { into: (await caseOf(into, by)).id, reason: people[origin].merging });
    await actAs(numbers, by, 'unmerge', { reason: people[origin].unmerging });
  };
  /** From the claim to the citizen's verdict. */
  const work = async (origin: Origin, numbers: Numbers, by: Staff, others: Others): Promise<void> => {
    const person = people[origin];
    const act = (verb: string, body: Record<string, unknown>) => actAs(numbers, by, verb, body);
    const citizen = async (what: string, body: Record<string, unknown>) => done(await app.post(`/api/v1/track/${what}`, { ...numbers, ...body }));
    await act('claim', {});
    revealed.set(origin, (await act('reveal', { reason: person.reason })).text);
    await act('note', { text: person.note });
    await passRound(origin, numbers, by, others);
    await act('reply', { text: person.reply });
    await act('reply', { text: person.question, question: true });
    if (origin === 'sms') {
      // As when the database refuses a row: what a library then says of the statement quotes every value. Its job fails until the row is let in.
      await rows(`alter table messages add constraint refusing check (body not like '%${person.followUp}%' or state <> 'routed')`);
      await app.fake.receiveFromHandset({ from: mobile(person), to: line, text: person.followUp });
      await eventually(failed);
      await rows('alter table messages drop constraint refusing');
      await eventually(async () => (await caseOf(numbers, by)).status === 'in_progress');
    } else await citizen('messages', { text: person.followUp, attachments: [await uploadOf(person)] });
    await act('move', { to: 'resolved', outcome: 'granted', text: person.resolution });
    await citizen('feedback', { rating: 4, solved: false, comment: person.comment });
  };

  /** Requests that are refused, each holding all that somebody has. */
  const sendWrongly = async (staff: { secret: string; login: string }, by: Staff, numbers: Numbers): Promise<void> => {
    const person = people.erring;
    const { origin: _, told, ...given } = person;
    const all = [...Object.values(told), ...Object.values(given)].join(' ');
    const inAddress = encodeURIComponent(`${person.name} ${person.phone}`);
    const wrong: Record<string, unknown>[] = [
      { [all]: true }, { ...filingBy(people.erring), [person.name]: person.phone }, { ...filingBy(people.erring), kind: person.name }, { ...filingBy(people.erring), contact: { phone: person.name, email: person.phone } },
      { ...filingBy(people.erring), category: person.name, territory: { province: person.phone } }, { ...filingBy(people.erring), attachments: [person.name] },
    ];
    for (const body of wrong) heard(await app.post('/api/v1/cases', body));
    heard(await app.post('/api/v1/track', { reference: person.phone, code: person.phone }));
    heard(await app.post('/api/v1/track', { reference: numbers.reference, code: numbers.code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)) }));
    heard(await app.post('/api/v1/track/messages', { ...numbers, code: '000000', text: person.name }));
    heard(await app.post('/api/v1/staff/session', { login: staff.login, password: `${password}x` }));
    heard(await app.post('/api/v1/staff/session', { login: password, password }));
    heard(await app.post('/api/v1/staff/session', { login: staff.login, password, totp: staff.secret }));
    heard(await send('/api/v1/uploads', { [person.name]: person.phone }, { bytes: Buffer.from(`<html>${all}`), name: `${person.fileName}.html` }));
    heard(await app.get(`/api/v1/staff/cases?q=${inAddress}`, by));
    heard(await app.get(`/api/v1/staff/cases?${inAddress}=${inAddress}&cursor=${inAddress}&state=${inAddress}`, by));
    heard(await app.get(`/api/v1/staff/cases/${inAddress}`, by));
    heard(await app.post(`/api/v1/staff/cases/${crypto.randomUUID()}/reveal`, { reason: person.reason }, by));
    heard(await app.get(`/metrics?${inAddress}`));
    const headers = { 'user-agent': person.email, 'x-request-id': person.email, referer: `https://x.example/${inAddress}`, 'x-forwarded-for': person.email, 'accept-language': person.email, 'idempotency-key': person.key, cookie: `sid=${inAddress}` };
    for (const path of [`/${inAddress}`, `/fr/track?reference=${numbers.reference}&code=${numbers.code}`, `/api/v1/${inAddress}`, `/console/${inAddress}`, '/%zz', `/api/v1/proof/inclusion?receipt=${inAddress}`]) await ask(app, 'GET', path, headers);
    for (const [type, body] of [['application/json', `{"text": "${all}`], ['application/json', JSON.stringify(all)], ['text/plain', all], ['application/x-www-form-urlencoded', `From=${inAddress}&Body=${inAddress}`]] as const)
      for (const path of ['/api/v1/cases', '/fr/file', '/webhooks/twilio/messages', `/webhooks/twilio/status?id=${inAddress}`]) {
        const answer = await ask(app, 'POST', path, { ...headers, 'content-type': type }, body);
        answers.push({ place: 'refusals', text: path.startsWith('/fr') ? '' : answer.text }, { place: 'headers of answers', text: JSON.stringify(answer.headers) });
      }
  };

  return {
    people,
    answers,
    /** What whoever has a reason is shown. */
    revealed,
    filePage,
    fileApi,
    fileStaff,
    fileSms,
    caseOf,
    work,
    mergeAndPart,
    sendWrongly,
    /** An operator and a supervisor of the centre, with their factors; what they prove themselves by is looked for too. */
    async staff() {
      const staff = staffOf(app);
      canaries.plant('staff.password', password);
      const login = canaries.plant('staff.login', 'agentqz');
      const { person: operator, secret } = await staff.withTotp(login);
      const logins = { supervisor: canaries.plant('staff.supervisor', 'chefqz'), colleague: canaries.plant('staff.colleague', 'voisinqz'), deputy: canaries.plant('staff.deputy', 'adjointqz') };
      const { person: supervisor } = await staff.withKey(logins.supervisor);
      const { person: colleague } = await staff.withTotp(logins.colleague);
      const { person: deputy } = await staff.withKey(logins.deputy);
      const { person: partner } = await staff.withTotp('associationqz', 'partner');
      await rows("update staff set organisation_id = 'anss' where login = 'associationqz'");
      canaries.plant('staff.totp', secret, Secret.fromBase32(secret).hex);
      for (const [name, { cookie }] of Object.entries({ operator, supervisor })) canaries.plant(`staff.session.${name}`, cookie.replace(/^[^=]*=/, ''));
      return { operator, supervisor, others: { supervisor, colleague, deputy, partner, logins }, secret, login, console: await openConsole(app.url, { origin: app.url, ...supervisor }) };
    },
  };
};
