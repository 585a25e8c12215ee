import { z } from 'zod';
import type { Role } from '#contract/words';
import type { StaffActor } from '#db/actor';
import { may, type Verb } from '#domain/access/access.rules';
import { form, pdf } from '../support/files.ts';
import { filing, type Answer } from '../support/app.ts';
import { softwareAuthenticator } from '../support/authenticator.ts';
import { password } from '../support/factors.ts';
import { callers, centreOf, isRole, organisationOf, things, traceOf, type Caller, type Ground, type Target, type Thing } from './ground.ts';

type Entry = {
  /** `code`: whoever asks, signed in or not, must know the citizen's code; the matrix gives a wrong one. */
  policy: Verb | 'public' | 'code' | 'signature';
  /** What the address names. */
  names?: 'case' | 'callback' | 'queue' | 'centre' | 'session' | 'authenticator' | 'account' | 'recovery';
  /** Named within the case: one of its files. */
  file?: true;
  /** Done to a case by the person who holds it. */
  held?: true;
  /** Ends sessions, the one it is called with or others. */
  ends?: true;
  /** Whoever may is told that what they show is wrong: a right one is made elsewhere. */
  refusesWith?: string | ((thing: Thing) => string | undefined);
  query?: string | ((ground: Ground) => string);
  multipart?: () => FormData;
  /** A body with which it succeeds for whoever may. */
  body?: (target: Target, caller: Caller, ground: Ground) => Record<string, unknown>;
};
export type Table = Record<string, Entry>;

const withVersion = (more: Record<string, unknown> = {}) => ({ version }: Target) => ({ version, ...more });
const withCode = (more: Record<string, unknown> = {}) => ({ reference, code }: Target) => ({
  reference, code: code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)), ...more,
});

/** Every route of the API, with what it is to be guarded by: said here again, so that the code cannot answer for itself. */
export const table: Table = {
  'POST /cases': { policy: 'public', body: () => filing() },
  'GET /challenge': { policy: 'public' },
  'POST /uploads': { policy: 'public', multipart: () => form(pdf()) },
  'GET /categories': { policy: 'public' },
  'GET /territories': { policy: 'public' },
  'POST /track': { policy: 'code', body: withCode() },
  'POST /track/readings': { policy: 'code', body: withCode() },
  'POST /track/messages': { policy: 'code', body: withCode({ text: 'ما زلت أنتظر' }) },
  'POST /track/feedback': { policy: 'code', body: withCode({ rating: 1, solved: false }) },
  'POST /track/reopen': { policy: 'code', body: withCode() },
  'POST /track/appeal': { policy: 'code', body: withCode() },
  'POST /track/withdraw': { policy: 'code', body: withCode() },
  'GET /proof/checkpoint': { policy: 'public' },
  'GET /proof/consistency': { policy: 'public', query: '?from=1&to=2' },
  'POST /proof/cosignatures': { policy: 'signature', body: () => ({ size: 1, line: `— insat/witness/of-nobody ${'A'.repeat(102)}==` }) },
  'GET /proof/inclusion': { policy: 'public', query: (ground) => `?receipt=${ground.thing('own').proof}` },
  'POST /proof/receipt': { policy: 'code', body: withCode() },
  'POST /staff/session': { policy: 'public', ends: true, body: (_, caller) => ({ login: isRole(caller) ? caller : 'operator', password }) },
  'DELETE /staff/session': { policy: 'session.enrol', ends: true },
  'GET /staff/sessions': { policy: 'session.own' },
  'DELETE /staff/sessions': { policy: 'session.own', ends: true },
  'DELETE /staff/sessions/{id}': { policy: 'session.own', names: 'session' },
  'POST /staff/centres/{id}/sign-out': { policy: 'centre.sign_out', names: 'centre', ends: true },
  'GET /staff/sso': { policy: 'public' },
  'GET /staff/sso/start': { policy: 'public' },
  'GET /staff/sso/callback': { policy: 'public' },
  'GET /staff/me': { policy: 'session.enrol' },
  'GET /staff/me/factors': { policy: 'session.enrol' },
  'POST /staff/session/step-up/options': { policy: 'session.enrol' },
  'POST /staff/session/step-up': { policy: 'session.enrol', ends: true, body: () => ({ password }) },
  'POST /staff/me/totp': { policy: 'totp.enrol' },
  'POST /staff/me/totp/confirm': { policy: 'totp.enrol', body: () => ({ totp: '000000' }), refusesWith: 'wrong_second_factor' },
  'POST /staff/me/authenticators/options': { policy: 'authenticator.enrol' },
  'POST /staff/me/authenticators': {
    policy: 'authenticator.enrol', body: () => ({ name: 'مفتاح', webauthn: softwareAuthenticator().create('bm9ib2R5IGFza2Vk', { origin: '', rpId: '' }) }), refusesWith: 'wrong_second_factor',
  },
  'GET /staff/accounts': { policy: 'account.list' },
  'PATCH /staff/accounts/{id}': { policy: 'account.change', names: 'account', body: () => ({ role: 'observer' }) },
  'POST /staff/accounts/{id}/recovery': { policy: 'recovery.ask', names: 'account' },
  'GET /staff/recoveries': { policy: 'recovery.confirm' },
  'POST /staff/recoveries/{id}/confirm': { policy: 'recovery.confirm', names: 'recovery' },
  'POST /staff/recovery': {
    policy: 'public', body: (_, caller) => ({ login: `lost-${caller}`, secret: 'no secret of anybody', password: 'a long new password' }), refusesWith: 'wrong_recovery',
  },
  'DELETE /staff/me/authenticators/{id}': { policy: 'session.own', names: 'authenticator' },
  'GET /staff/queues': { policy: 'queue.list' },
  'GET /staff/destinations': { policy: 'destination.list' },
  'POST /staff/queues/{id}/next': { policy: 'queue.next', names: 'queue' },
  'GET /staff/cases': { policy: 'case.list' },
  'POST /staff/cases': {
    policy: 'case.file',
    body: (_, caller) => filing(caller === 'partner' ? { channel: 'partner', onBehalfOf: { name: 'فاطمة', relationship: 'جمعية ترافقها' } } : { channel: 'phone' }),
  },
  'POST /staff/callers': { policy: 'caller.find', body: () => ({ phone: '0661234567' }) },
  'POST /staff/cases/{id}/heard': { policy: 'case.hear', names: 'case', body: () => ({ channel: 'phone', text: 'اتصلت لتسأل عن ملفها' }) },
  'GET /staff/cases/{id}': { policy: 'case.read', names: 'case' },
  'GET /staff/cases/{id}/attachments/{attachmentId}': { policy: 'attachment.read', names: 'case', file: true },
  'GET /staff/cases/{id}/readings': { policy: 'case.readings', names: 'case' },
  'POST /staff/cases/{id}/claim': { policy: 'case.claim', names: 'case', body: withVersion() },
  'POST /staff/cases/{id}/release': { policy: 'case.release', names: 'case', held: true, body: withVersion({ reason: 'لغيري' }) },
  'POST /staff/cases/{id}/assign': { policy: 'case.assign', names: 'case', body: withVersion({ queue: 'general-06', reason: 'من اختصاصهم' }), refusesWith: (thing) => (thing === 'sealed to them' ? 'no_reader' : undefined) },
  'POST /staff/cases/{id}/reply': { policy: 'case.reply', names: 'case', held: true, body: withVersion({ text: 'نراجع ملفكم.' }) },
  'POST /staff/cases/{id}/note': { policy: 'case.note', names: 'case', body: withVersion({ text: 'اتصلت' }) },
  'POST /staff/cases/{id}/reveal': { policy: 'case.reveal', names: 'case', body: () => ({ reason: 'للاتصال بالمواطنة' }) },
  'POST /staff/cases/{id}/move': { policy: 'case.move', names: 'case', body: withVersion({ to: 'in_progress' }) },
  'POST /staff/cases/{id}/merge': { policy: 'case.merge', names: 'case', body: ({ version, beside }) => ({ version, into: beside, reason: 'نفس الموضوع' }) },
  'POST /staff/cases/{id}/unmerge': { policy: 'case.unmerge', names: 'case', refusesWith: 'illegal_move', body: withVersion({ reason: 'ليسا واحدا' }) },
  'POST /staff/cases/{id}/split': { policy: 'case.split', names: 'case', refusesWith: 'invalid', body: ({ version, id }) => ({ version, messages: [id], reason: 'كتبتها أختها' }) },
  'GET /staff/organisations': { policy: 'organisation.list' },
  'POST /staff/cases/{id}/refer': { policy: 'case.refer', names: 'case', held: true, body: withVersion({ to: 'anss', fields: ['narrative'], reason: 'رافقوها' }), refusesWith: (thing) => (thing === 'sealed to them' ? 'condition_unmet' : undefined) },
  'POST /staff/cases/{id}/answer': { policy: 'referral.answer', names: 'case', body: withVersion({ text: 'أودع الطعن' }) },
  'GET /staff/colleagues': { policy: 'colleague.list' },
  'POST /staff/cases/{id}/seal': { policy: 'case.seal', names: 'case', body: ({ version }, _, ground) => ({ version, readers: [ground.idOf('keeper')], reason: 'تخص مسؤولا' }) },
  'POST /staff/cases/{id}/unseal': { policy: 'case.seal', names: 'case', body: withVersion({ reason: 'انتهى' }), refusesWith: (thing) => (thing === 'sealed to them' ? undefined : 'not_sealed') },
  'POST /staff/cases/{id}/block': { policy: 'case.block', names: 'case', body: withVersion({ reason: 'other_interest' }) },
  'POST /staff/cases/{id}/unblock': { policy: 'case.unblock', names: 'case', refusesWith: 'not_blocked', body: ({ version }, _, ground) => ({ version, staff: ground.idOf('observer'), reason: 'ليس هو' }) },
  'POST /staff/cases/{id}/personal-data': { policy: 'case.personal_data', names: 'case', body: () => ({ reason: 'حضرت ببطاقتها' }) },
  'POST /staff/cases/{id}/rectify': { policy: 'case.rectify', names: 'case', body: withVersion({ name: 'فاطنة', reason: 'خطأ في الاسم' }) },
  'POST /staff/cases/{id}/erase': { policy: 'case.erase', names: 'case', refusesWith: 'not_over', body: withVersion({ reason: 'citizen_asked' }) },
  'POST /staff/cases/{id}/hold': { policy: 'case.hold', names: 'case', body: withVersion({ reason: 'طلب المحكمة' }) },
  'POST /staff/cases/{id}/lift-hold': { policy: 'case.hold', names: 'case', refusesWith: 'not_on_hold', body: withVersion({ reason: 'انتهت' }) },
  'GET /staff/callbacks': { policy: 'callback.list' },
  'POST /staff/callbacks/{id}/take': { policy: 'callback.take', names: 'callback' },
  'POST /staff/callbacks/{id}/done': { policy: 'callback.done', names: 'callback' },
  // This line has no telephone.
  'POST /staff/voice/token': { policy: 'voice.token', refusesWith: 'not_found' },
  'GET /staff/channels': { policy: 'channel.list' },
  'GET /staff/reports/reveals': { policy: 'report.reveals' },
  'GET /staff/reports/response-times': { policy: 'report.read' },
  'GET /staff/reports/response-times.csv': { policy: 'report.read' },
};

/** Design, section 1: own centre for those who work there, integrity for its supervisor, what was referred to the partner, no case for anybody else; sealed for its readers, none in conflict. */
export type Sight = Record<Role, readonly Thing[]>;
export const sight: Sight = { operator: ['own', 'sealed to them'], supervisor: ['own', 'restricted', 'sealed to them'], administrator: [], observer: [], partner: ['referred'] };

/** Whose sessions one may end: those of the own centre, or of any. */
const centresOf: Sight = { ...sight, supervisor: ['own'], administrator: ['own', 'foreign'] };

export const actorFor = (role: Role): StaffActor => ({ kind: 'staff', id: '', role, centreId: centreOf(role), organisationId: organisationOf(role) ?? null });

type Expected = 'allowed' | 401 | 403 | 404;
const expectation = (entry: Entry, caller: Caller, thing: Thing, seen: Sight): Expected => {
  if (entry.policy === 'public') return 'allowed';
  if (entry.policy === 'code') return 404;
  if (entry.policy === 'signature') return 403;
  if (!isRole(caller)) return 401;
  if (!may(actorFor(caller), entry.policy)) return 403;
  const reach = entry.names === 'centre' ? centresOf : seen;
  return entry.names === undefined || reach[caller].includes(thing) ? 'allowed' : 404;
};

const codes = { 401: ['unauthenticated'], 403: ['forbidden', 'bad_signature'], 404: ['not_found', 'not_found_or_wrong_code'] };

/** What is wrong with an answer, or null. `missing` is the answer to the same about what does not exist. */
const faultOf = (expected: Expected, answer: Answer, missing: Answer | null, refusesWith?: string): string | null => {
  const { status } = answer;
  if (expected === 'allowed' && refusesWith !== undefined) return answer.json['code'] === refusesWith ? null : `should answer ${refusesWith}, answers ${status}`;
  if (expected === 'allowed') return status >= 200 && status < 400 ? null : `should be allowed, answers ${status}`;
  if (status !== expected || !codes[expected].includes(String(answer.json['code']))) return `should answer ${expected}, answers ${status}`;
  return missing !== null && traceOf(answer) !== traceOf(missing) ? 'can be told from what does not exist' : null;
};

const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const routesOf = async ({ app }: Ground): Promise<string[]> =>
  Object.entries(Document.parse((await app.get('/api/v1/openapi.json')).json).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );

const thingsFor = (entry: Entry): readonly Thing[] => {
  if (entry.names === 'queue') return things.filter((thing) => !['untriaged', 'sealed', 'sealed to them', 'blocked'].includes(thing));
  if (entry.names === 'centre') return ['own', 'foreign', 'missing'];
  return entry.names === 'case' || entry.names === 'callback' || entry.policy === 'code' ? things : ['missing'];
};

/** How many cells the routes of a table have: every caller on every kind of object that the route can name. */
export const cellsOf = (declared: Table): number => Object.values(declared).reduce((sum, entry) => sum + callers.length * thingsFor(entry).length, 0);

/**
 * Tries every route of the published document as every caller on every kind of object.
 *
 * @returns how many cells were tried, and what was wrong: a route that nobody declared, an answer that is not the expected
 *   one, a refusal that changed something or that tells a hidden object from a missing one
 */
export const tryRoutes = async (ground: Ground, declared: Table, seen: Sight): Promise<{ cells: number; faults: string[] }> => {
  const routes = await routesOf(ground);
  const faults = [
    ...routes.filter((route) => !(route in declared)).map((route) => `${route}: not in the table`),
    ...Object.keys(declared).filter((route) => !routes.includes(route)).map((route) => `${route}: not in the document`),
  ];
  let cells = 0;
  const held: Held = { print: null, missing: new Map() };
  for (const [route, entry] of Object.entries(declared).filter(([name]) => routes.includes(name)))
    for (const caller of callers)
      for (const thing of thingsFor(entry)) {
        cells += 1;
        const fault = await tryCell(ground, held, route, entry, caller, thing, expectation(entry, caller, thing, seen));
        if (fault !== null) faults.push(`${route}, ${caller}, ${thing}: ${fault}`);
      }
  await ground.returnAll();
  return { cells, faults };
};

/** What the database held when it was last looked at, null since something was to change; and what each was answered about what is missing. */
type Held = { print: string | null; missing: Map<string, Answer> };

const tryCell = async (ground: Ground, held: Held, route: string, entry: Entry, caller: Caller, thing: Thing, expected: Expected): Promise<string | null> => {
  if (entry.ends) await ground.returnAll();
  if (entry.ends || expected === 'allowed') held.print = null;
  const headers = ground.headersOf(caller);
  const ask = (target: Target): Promise<Answer> =>
    ground.call(
      route.replace(' /', ' /api/v1/').replace('{attachmentId}', target.file).replace('{id}', entry.names === 'queue' || entry.names === 'centre' || entry.names === 'callback' ? target[entry.names] : target.id) + (typeof entry.query === 'function' ? entry.query(ground) : (entry.query ?? '')),
      headers,
      entry.multipart?.() ?? entry.body?.(target, caller, ground),
    );
  // Each wrong code is the first one: here it is not the lock that refuses.
  if (entry.policy === 'code') await ground.rows('delete from failed_attempts');
  if (expected === 'allowed') {
    const target = (entry.names === 'case' || entry.names === 'callback') && !route.startsWith('GET') ? await ground.make(thing) : ground.thing(thing);
    if (entry.held) target.version += (await ground.call(`POST /api/v1/staff/cases/${target.id}/claim`, headers, { version: target.version })).status === 200 ? 1 : 0;
    const { refusesWith } = entry;
    return faultOf(expected, await ask(target), null, typeof refusesWith === 'function' ? refusesWith(thing) : refusesWith);
  }
  const asking = `${caller} ${route}`;
  const missing = expected === 404 ? (held.missing.get(asking) ?? (await ask(await ground.make('missing')))) : null;
  if (missing !== null) held.missing.set(asking, missing);
  const before = held.print ?? (await ground.fingerprint());
  const target = ground.thing(thing);
  // A version that is wrong must not tell that there is one.
  const wrong = expected === 404 && entry.policy !== 'code' ? [{ ...target, version: target.version + 7 }] : [];
  let fault: string | null = null;
  for (const one of [target, ...wrong]) fault ??= faultOf(expected, await ask(one), missing);
  held.print = await ground.fingerprint();
  return fault ?? (held.print === before ? null : 'was refused, and changed something');
};
