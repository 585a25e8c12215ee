import { isIP } from 'node:net';
import { z } from 'zod';

const flag = z.stringbool();
const url = (protocols: RegExp) => z.url({ protocol: protocols });

/** An address, or a network with the length of its prefix (RFC 4632). */
const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  return version !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
};
const networks = z.string().refine((list) => listOf(list).every(isNetwork), 'addresses or networks, separated by commas');

/** The parts of a setting that holds several, separated by commas. */
export const listOf = (setting: string): string[] => setting.split(',').map((part) => part.trim()).filter((part) => part !== '');

/** Every setting, with its meaning: the README's table is made from this. Nothing else reads the environment. */
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
  DATABASE_URL: url(/^postgres(ql)?$/).optional().meta({ description: 'PostgreSQL 18 or newer. Without it a PostgreSQL of our own runs under DATA_DIR.' }),
  REDIS_URL: url(/^rediss?$/).optional().meta({ description: 'Redis for jobs and live hints (noeviction, append-only). Without it PostgreSQL carries them.' }),
  DEMO: flag.optional().meta({ description: 'Demo cases, demo logins, a pretended SMS provider and /simulator. Default: on where the database is embedded and was empty, or holds the demo.' }),
  DEMO_PASSWORD: z.string().min(8).max(128).optional().meta({ description: 'Password of the demo logins; a random one is printed at start otherwise.' }),
  CODE_KEY: z.string().regex(/^[0-9a-f]{64}$/i).optional().meta({
    description: "Key of the citizens' codes: 64 hexadecimal digits, the same for every process. Without it one is made in DATA_DIR. Losing it makes every code wrong.",
  }),
  LOG_KEY: z.string().regex(/^[0-9a-f]{64}$/i).optional().meta({
    description: 'Private key (Ed25519) that signs what the log of events stands at: 64 hexadecimal digits, the same for every process. Without it one is made in DATA_DIR. Whoever has it can sign another history.',
  }),
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i).optional().meta({ description: 'Twilio account. SMS are off without it (the demo has its own).' }),
  TWILIO_AUTH_TOKEN: z.string().min(16).optional().meta({ description: 'Auth token; two, separated by a comma, while one replaces the other.' }),
  TWILIO_SMS_FROM: z.string().min(1).optional().meta({ description: 'Our number or sender name for SMS.' }),
  TWILIO_BASE_URL: url(/^https?$/).optional().meta({ description: "A server that speaks Twilio's REST API, instead of Twilio." }),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent']).optional().meta({ description: 'Default: info; warn for npm start.' }),
});
export type Settings = z.infer<typeof Settings>;

/** What a person reads when a setting is wrong; every fault at once. */
class SettingsError extends Error {}

/** @throws SettingsError naming each faulty setting, never its value */
export const readSettings = (environment: Record<string, string | undefined>): Settings => {
  // An empty variable (as compose files leave them) means: not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([name, value]) => name in Settings.shape && value !== ''));
  const parsed = Settings.safeParse(given);
  const faults = parsed.success
    ? incomplete(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (!parsed.success || faults.length > 0) throw new SettingsError(['These settings are wrong:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
  return parsed.data;
};

const incomplete = (settings: Settings): string[] => {
  const twilio = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_SMS_FROM'] as const;
  const missing = twilio.filter((name) => settings[name] === undefined);
  return missing.length === 0 || missing.length === twilio.length ? [] : missing.map((name) => `${name}: needed with the other TWILIO settings`);
};
