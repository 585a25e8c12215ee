import { isIP } from 'node:net';
import { z } from 'zod';
import { parseVersions } from './keys.ts';
import { isNearServer, isServer } from './outgoing.ts';
import { parseVerifierKey } from './note.ts';
import { isHere, secretFault, withFiles } from './secrets.ts';

const flag = z.stringbool();
const url = (protocols: RegExp) => z.url({ protocol: protocols });

/** An address, or a network with the length of its prefix (RFC 4632). */
const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  return version !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
};
const networks = z.string().refine((list) => listOf(list).every(isNetwork), 'addresses or networks, separated by commas');

/** Anybody on the way could sign in as anybody, were it not for TLS. */
const issuer = url(/^https?$/).refine((text) => {
  const at = URL.parse(text);
  return at !== null && (at.protocol === 'https:' || isHere(text)) && at.search + at.hash === '';
}, 'https, without query or fragment');
/** Versions from 1 on, each once, with its key. */
const versionedKeys = z
  .string()
  .regex(/^[1-9]\d{0,8}:[0-9a-f]{64}(\s*,\s*[1-9]\d{0,8}:[0-9a-f]{64})*$/i, 'VERSION:64 hexadecimal digits, separated by commas')
  .refine((list) => new Set(parseVersions(list).map(({ version }) => version)).size === parseVersions(list).length, 'each version once');

/** Each kind and language once, with the id of its approved text. */
const templates = z
  .string()
  .refine((list) => listOf(list).every((part) => /^(acknowledgement|reply|question|resolution)\.(ar|fr|en|zgh):HX[0-9a-f]{32}$/i.test(part)), 'KIND.LANGUAGE:HX and 32 hexadecimal digits, separated by commas')
  .refine((list) => new Set(listOf(list).map((part) => part.split(':')[0])).size === listOf(list).length, 'each kind and language once');

const isClamdUrl = (text: string): boolean =>
  URL.canParse(text) && (/^tcp:\/\/[^/]+$/.test(text) || /^unix:(\/\/)?\/.+$/.test(text));

const witnessKeys = z.string().refine((list) => listOf(list).every((key) => parseVerifierKey(key, 4) !== null), 'public keys of witnesses, separated by commas');

/** The parts of a setting that holds several, separated by commas. */
export const listOf = (setting: string): string[] => setting.split(',').map((part) => part.trim()).filter((part) => part !== '');

/** The origins under which a browser may act with a session. On one's own machine both names are the same place. */
export const originsOf = (publicUrl: string): string[] => {
  const { origin, hostname } = new URL(publicUrl);
  return hostname === '127.0.0.1' ? [origin, origin.replace('127.0.0.1', 'localhost')] : [origin];
};

/**
 * Every setting, with its meaning: the README's table is made from this. Nothing else reads the environment. One that is marked
 * `secret` can come from a file instead (`NAME_FILE=/path`), and is refused outside the demo if anybody could guess it.
 */
export const Settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).meta({ description: 'Port to listen on; 0 takes any free one.' }),
  HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on; 0.0.0.0 for all.' }),
  PUBLIC_URL: url(/^https?$/).optional().meta({
    description: 'The address under which citizens, staff and providers reach Insat. Signatures and origins are checked against it, never against the Host header. Default: http://127.0.0.1:PORT.',
  }),
  TRUST_PROXY: networks.optional().meta({
    description: 'Addresses or networks of the reverse proxies in front, separated by commas: only from there X-Forwarded-For is believed. Without it everybody behind a proxy has its address, and shares its limits.',
  }),
  DATA_DIR: z.string().min(1).default('.data').meta({ description: 'Folder of the embedded PostgreSQL and of the keys made at the first start.' }),
  DATABASE_URL: url(/^postgres(ql)?$/).optional().meta({ secret: true, description: 'PostgreSQL 18.4 or newer. Without it a PostgreSQL of our own runs under DATA_DIR.' }),
  REDIS_URL: url(/^rediss?$/).optional().meta({ secret: true, description: 'Redis for jobs and live hints (noeviction, append-only). Without it PostgreSQL carries them.' }),
  FILES_DIR: z.string().min(1).optional().meta({ description: "Folder of citizens' files, sealed; the same one for every process. Default: DATA_DIR/files." }),
  CLAMD_URL: z.string().refine((value) => isClamdUrl(value), 'tcp://HOST:PORT or unix:/PATH').optional().meta({
    description: "ClamAV's daemon: tcp://HOST:PORT or unix:/PATH. Without it photos are made anew and open, while documents and voice notes stay shut.",
  }),
  DEMO: flag.optional().meta({ description: 'Demo cases, demo logins, pretended providers of SMS, WhatsApp, telephony and virus scanning, and /simulator. Default: on where the database is embedded and was empty, or holds the demo.' }),
  DEMO_PASSWORD: z.string().min(8).max(128).optional().meta({ secret: true, description: 'Password of the demo logins; a random one is printed at start otherwise.' }),
  CODE_KEY: z.string().regex(/^[0-9a-f]{64}$/i).optional().meta({
    secret: true,
    description: "Key of the citizens' codes: 64 hexadecimal digits, the same for every process. Without it npm start makes one in DATA_DIR. Losing it makes every code wrong.",
  }),
  LOG_KEY: z.string().regex(/^[0-9a-f]{64}$/i).optional().meta({
    secret: true,
    description: 'Private key (Ed25519) that signs what the log of events stands at: 64 hexadecimal digits, the same for every process. Without it npm start makes one in DATA_DIR. Whoever has it can sign another history.',
  }),
  KEYS_DATABASE_URL: url(/^postgres(ql)?$/).optional().meta({
    secret: true,
    description: 'The key store: a database for the wrapped keys of personal data, best on a server and with backups of its own. Default: on the server of DATABASE_URL, named like that database with _keys behind; made at the first start.',
  }),
  DATA_KEYS: versionedKeys.optional().meta({
    secret: true,
    description: 'Keys that wrap the keys of personal data: version:64 hexadecimal digits, the one that wraps first (2:...,1:...), the same for every process. Without it npm start makes version 1 in DATA_DIR. Losing it makes every name, number and sealed text unreadable.',
  }),
  INDEX_KEY: z.string().regex(/^[0-9a-f]{64}$/i).optional().meta({
    secret: true,
    description: 'Key by which phone numbers and e-mail addresses are found again: 64 hexadecimal digits, the same for every process. Without it npm start makes one in DATA_DIR.',
  }),
  WITNESS_KEYS: witnessKeys.optional().meta({ description: 'Public keys of those who may sign the log along, separated by commas, as `npm run cli -- witness` prints them.' }),
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i).optional().meta({ description: 'Twilio account. SMS are off without it (the demo has its own).' }),
  TWILIO_AUTH_TOKEN: z.string().min(16).optional().meta({ secret: true, description: 'Auth token; two, separated by a comma, while one replaces the other.' }),
  TWILIO_SMS_FROM: z.string().min(1).optional().meta({ description: 'Our number or sender name for SMS.' }),
  TWILIO_WHATSAPP_FROM: z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number in E.164: +212...').optional().meta({ description: 'Our number on WhatsApp, registered at Twilio as a sender. WhatsApp is off without it (the demo has its own).' }),
  TWILIO_MESSAGING_SERVICE_SID: z.string().regex(/^MG[0-9a-f]{32}$/i).optional().meta({ description: 'A messaging service whose pool holds these numbers: messages leave through it, and it chooses the number.' }),
  TWILIO_WHATSAPP_TEMPLATES: templates.optional().meta({
    description: 'Approved texts for WhatsApp more than 24 hours after a citizen wrote: KIND.LANGUAGE:HX..., separated by commas; kinds acknowledgement, reply, question, resolution. Without one for a message it leaves by SMS.',
  }),
  TWILIO_BASE_URL: url(/^https?$/).refine(isServer, 'https, or http on this machine, without credentials').optional().meta({ description: "A server that speaks Twilio's REST API, instead of Twilio." }),
  SMSGATE_URL: url(/^https?$/).refine(isNearServer, 'https, or http on this machine or at a private address, without credentials').optional().meta({
    description: "The phone with the line's SIM: where its SMSGate app serves its API (local mode, http://10.8.0.2:8080 through a tunnel). It is the line's first way of SMS.",
  }),
  SMSGATE_USER: z.string().min(1).optional().meta({ description: 'User name of its API.' }),
  SMSGATE_PASSWORD: z.string().min(8).optional().meta({ secret: true, description: 'Password of its API.' }),
  SMSGATE_SIGNING_KEY: z.string().min(8).optional().meta({ secret: true, description: 'Key with which it signs what it sends to PUBLIC_URL/webhooks/smsgate/default; 32 letters or more.' }),
  SMSGATE_GAP_SECONDS: z.coerce.number().min(0).max(60).default(4).meta({
    description: 'How long the phone waits after each SMS that it sends. Operators bar a SIM, and Android an app, that sends faster; a message of an operator of the centre goes before the automatic ones.',
  }),
  SMSGATE_NUMBER: z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number in E.164: +212...').optional().meta({
    description: 'Number of its SIM. With it the line sends an SMS to itself after each hour in which none arrived: only that shows that the network carries them. At the cost of up to 24 SMS a day.',
  }),
  TWILIO_API_KEY_SID: z.string().regex(/^SK[0-9a-f]{32}$/i).optional().meta({ description: "API key that signs the tokens of operators' browsers. The telephone is off without this and the three settings below (the demo has its own)." }),
  TWILIO_API_KEY_SECRET: z.string().min(16).optional().meta({ secret: true, description: 'Its secret.' }),
  TWILIO_VOICE_APP_SID: z.string().regex(/^AP[0-9a-f]{32}$/i).optional().meta({ description: "TwiML application through which operators' browsers call." }),
  TWILIO_VOICE_FROM: z.string().regex(/^\+[1-9]\d{6,14}$/).optional().meta({ description: 'Number at Twilio that takes the calls, and that citizens see when they are called back.' }),
  VOICE_PROMPTS_DIR: z.string().min(1).optional().meta({ description: 'Folder of the recorded sentences of the telephone menu (ar/menu.mp3, ...). What is not there a machine speaks. Default: DATA_DIR/voice-prompts.' }),
  SMS_DAILY_CAP: z.coerce.number().int().min(0).default(10_000).meta({
    description: 'How many acknowledgements may leave by SMS in a day; beyond it they are withheld, and everything else goes on. Replies of operators are not counted.',
  }),
  OIDC_ISSUER: issuer.optional().meta({ description: "Issuer of the administration's OpenID Connect provider, for single sign-on of staff; https, or http on this machine. Off without it." }),
  OIDC_CLIENT_ID: z.string().min(1).optional().meta({ description: 'What Insat is called there. Its redirect address is PUBLIC_URL/api/v1/staff/sso/callback.' }),
  OIDC_CLIENT_SECRET: z.string().min(16).optional().meta({ secret: true, description: 'Its secret there.' }),
  RETENTION_DAYS: z.coerce.number().int().min(30).max(36_500).default(730).meta({
    description: 'Days after the last thing that happened in a case that is over until its words, names, numbers and files are erased. What is counted stays.',
  }),
  RETENTION_RAW_DAYS: z.coerce.number().int().min(2).max(365).default(30).meta({ description: "Days for which a provider's request is kept as it came, and a client's Idempotency-Key is known." }),
  SMALLEST_CELL: z.coerce.number().int().min(1).max(1000).default(10).meta({ description: 'Observers are told no figure of fewer cases than this, and none from which one follows.' }),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent']).optional().meta({ description: 'Default: info; warn for npm start.' }),
});
export type Settings = z.infer<typeof Settings>;

type Name = keyof Settings;
type Given = Partial<Record<Name, string | undefined>>;
const names = Object.keys(Settings.shape) as Name[];

/** Those that nobody but Insat may know. */
export const secretNames: readonly Name[] = names.filter((name) => Settings.shape[name].meta()?.['secret'] === true);

/** What a person reads when a setting is wrong; every fault at once. */
class SettingsError extends Error {}

/** What the web and the worker program cannot do without: each would else make keys of its own, and lose them with its container. */
export const neededByPrograms = ['DATABASE_URL', 'CODE_KEY', 'LOG_KEY', 'DATA_KEYS', 'INDEX_KEY'] as const satisfies readonly Name[];

/**
 * @param needed what this program cannot do without; where it needs anything, it has no demo either
 * @throws SettingsError naming each faulty setting, never its value
 */
export const readSettings = (environment: Record<string, string | undefined>, needed: readonly Name[] = []): Settings => {
  const { values, faults } = withFiles(environment, secretNames);
  // An empty variable (as compose files leave them) means: not set.
  const given: Given = Object.fromEntries(names.map((name) => [name, values[name]]).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Settings.safeParse(given);
  faults.push(...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const more = [...missing(given, needed), ...(isRealAtOnce(given, needed) ? guessable(given) : [])];
  faults.push(...more.filter(({ name }) => !faults.some((fault) => fault.startsWith(name))).map(({ name, why }) => `${name}: ${why}`));
  if (faults.length > 0 || !parsed.success) throw settingsError(faults);
  return parsed.data;
};

/**
 * For a start that finds out late that it is no demo (DEMO not set, and the embedded database holds a real installation).
 *
 * @throws SettingsError a secret that anybody could guess
 */
export const assertSecrets = (settings: Settings): void => {
  const weak = guessable(Object.fromEntries([...secretNames, 'TWILIO_BASE_URL' as const].map((name) => [name, settings[name]])));
  if (weak.length > 0) throw settingsError(weak.map(({ name, why }) => `${name}: ${why}`));
};

const settingsError = (faults: readonly string[]): SettingsError =>
  new SettingsError(['These settings are wrong:', ...faults.map((fault) => `  ${fault}`)].join('\n'));

/** Without DEMO, and with a database of our own, what that holds decides (start.ts). */
const isRealAtOnce = (given: Given, needed: readonly Name[]): boolean =>
  needed.length > 0 || (given.DEMO === undefined ? given.DATABASE_URL !== undefined : Settings.shape.DEMO.safeParse(given.DEMO).data === false);

type Fault = { name: Name; why: string };

/** Settings that mean something together only. */
const groups = [
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
  ['SMSGATE_URL', 'SMSGATE_USER', 'SMSGATE_PASSWORD', 'SMSGATE_SIGNING_KEY'],
  ['TWILIO_API_KEY_SID', 'TWILIO_API_KEY_SECRET', 'TWILIO_VOICE_APP_SID', 'TWILIO_VOICE_FROM'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
] as const;

const missing = (given: Given, needed: readonly Name[]): Fault[] => {
  const halves = groups.flatMap((group) => {
    const without = group.filter((name) => given[name] === undefined);
    return without.length === group.length ? [] : without.map((name) => ({ name, why: `needed with the other ${name.split('_')[0]} settings` }));
  });
  return [...needed.filter((name) => given[name] === undefined).map((name) => ({ name, why: 'this program needs it (npm start does without)' })), ...halves, ...missingAtTwilio(given)];
};

/** A Twilio account is there to send from, and what is sent needs an account. */
const missingAtTwilio = (given: Given): Fault[] => {
  const has = (name: Name): boolean => given[name] !== undefined;
  const account = has('TWILIO_ACCOUNT_SID') || has('TWILIO_AUTH_TOKEN');
  const senders = (['TWILIO_SMS_FROM', 'TWILIO_WHATSAPP_FROM', 'TWILIO_VOICE_FROM'] as const).filter(has);
  const details = (['TWILIO_MESSAGING_SERVICE_SID', 'TWILIO_WHATSAPP_TEMPLATES'] as const).filter(has);
  return [
    ...(account && senders.length === 0 ? [{ name: 'TWILIO_SMS_FROM' as const, why: 'needed with the other TWILIO settings, or TWILIO_WHATSAPP_FROM' }] : []),
    ...(!account && senders.length + details.length > 0 ? (['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'] as const).map((name) => ({ name, why: 'needed with the other TWILIO settings' })) : []),
    ...(has('TWILIO_WHATSAPP_TEMPLATES') && !has('TWILIO_WHATSAPP_FROM') ? [{ name: 'TWILIO_WHATSAPP_FROM' as const, why: 'needed with TWILIO_WHATSAPP_TEMPLATES' }] : []),
  ];
};

/** The demo's password is in use nowhere else, and the token of a provider that is pretended on this machine guards nothing real. */
const guessable = (given: Given): Fault[] =>
  secretNames
    .filter((name) => name !== 'DEMO_PASSWORD' && !((name === 'TWILIO_AUTH_TOKEN' || name === 'TWILIO_API_KEY_SECRET') && isHere(given.TWILIO_BASE_URL ?? '')))
    .flatMap((name) => {
      const fault = secretFault(given[name] ?? '');
      return fault === null ? [] : [{ name, why: `${fault}; only the demo (DEMO=1) takes that` }];
    });
