import { leafHash } from '#lib/merkle';
import { canonical, instant } from './log.rules.ts';

/** How a column stands in a leaf: `text` as PostgreSQL writes it; `words` so where they are readable, else the sealed bytes. */
type As = 'text' | 'words' | 'instant' | 'json' | 'bytes' | 'hidden';
type Fact = { key: string; column: string; as: As };

/**
 * A table whose rows are sealed, one leaf each: `number` is the column whose order they are sealed in, `facts` are what
 * must stay as it was. `own`: the log's own, sealed only along with others, or it would grow for ever.
 */
export type ProtectedTable = { name: string; number: string; own?: true; facts: readonly Fact[] };

/** A row as text: `number`, and each fact under its key. */
export type ProtectedRow = { number: string } & Record<string, string | null>;

const text = (key: string, column = key): Fact => ({ key, column, as: 'text' });
const words = (key: string): Fact => ({ key, column: key, as: 'words' });
const at = (column: string, key = 'at'): Fact => ({ key, column, as: 'instant' });
const bytes = (key: string): Fact => ({ key, column: key, as: 'bytes' });

export const events: ProtectedTable = {
  name: 'events',
  number: 'id',
  facts: [
    text('caseId', 'case_id'), text('type'), text('actorKind', 'actor_kind'), { key: 'actor', column: 'actor_id', as: 'hidden' }, at('at'),
    { key: 'data', column: 'data', as: 'json' },
  ],
};

/** In this order their rows are sealed. Columns that are not named here (a message's delivery state) may change. */
export const protectedTables: readonly ProtectedTable[] = [
  events,
  {
    name: 'messages',
    number: 'seq',
    facts: [
      text('id'), text('caseId', 'case_id'), text('direction'), text('channel'), text('kind'), text('authorId', 'author_id'), words('body'),
      text('salt'), at('created_at'),
    ],
  },
  { name: 'notes', number: 'seq', facts: [text('id'), text('caseId', 'case_id'), text('authorId', 'author_id'), words('body'), text('salt'), at('at')] },
  { name: 'feedback', number: 'seq', facts: [text('caseId', 'case_id'), text('rating'), text('solved'), words('comment'), text('salt'), at('at')] },
  { name: 'delivery_reports', number: 'id', facts: [text('messageId', 'message_id'), text('state'), text('errorCode', 'error_code'), at('at')] },
  { name: 'staff_events', number: 'id', facts: [text('actorId', 'actor_id'), text('type'), text('subjectId', 'subject_id'), at('at')] },
  { name: 'consent_texts', number: 'seq', facts: [text('id'), text('language'), text('text'), at('first_used_at')] },
  { name: 'erasures', number: 'seq', facts: [text('caseId', 'case_id'), text('why'), at('at')] },
  { name: 'log_checkpoints', number: 'size', own: true, facts: [bytes('root'), bytes('range'), text('note'), at('at')] },
  { name: 'log_cosignatures', number: 'id', own: true, facts: [text('size'), text('witness'), text('line'), at('at')] },
];

export const tableOf = (name: string): ProtectedTable | undefined => protectedTables.find((table) => table.name === name);

const asText: Record<As, (column: string) => string> = {
  text: (column) => `${column}::text`,
  words: (column) => `coalesce(${column}, encode(${column}_sealed, 'hex'))`,
  hidden: (column) => `${column}::text`,
  json: (column) => `${column}::text`,
  instant: (column) => `(extract(epoch from ${column}) * 1000)::text`,
  bytes: (column) => `encode(${column}, 'hex')`,
};

/** What `ProtectedRow` holds: everything as text, so that nothing is rounded or reformatted on its way into a leaf. */
export const columnsOf = ({ name, number, facts }: ProtectedTable): string =>
  [`${name}.${number}::text as number`, ...facts.map(({ key, column, as }) => `${asText[as](`${name}.${column}`)} as "${key}"`)].join(', ');

/**
 * What a leaf is the hash of, so that anybody can compute it: the row as canonical JSON (RFC 8785: no white space, keys in
 * the order of their UTF-16 code units at every depth, numbers and strings as ECMAScript writes them), encoded in UTF-8.
 * It has the keys `table` and `number` (a string of decimal digits) and one for each fact of the table:
 *
 * - words that are sealed as the hexadecimal of their bytes
 * - an instant in UTC with milliseconds, as `2026-11-22T10:00:00.000Z`; `data` of an event as the object that it is; bytes in
 *   hexadecimal; all else the text that PostgreSQL writes, or null
 * - `actor` of an event: null, or the base64 of the SHA-256 of a zero byte and `<number>/<UUID of the member of staff>`, so
 *   that the proof of a receipt does not tell a citizen who of the staff took it down
 *
 * The leaf hash is then SHA-256 of a zero byte and these bytes (RFC 6962, section 2.1).
 */
export const leafContent = ({ name, facts }: ProtectedTable, row: ProtectedRow): string => {
  const content: Record<string, unknown> = { table: name, number: row.number };
  for (const { key, as } of facts) content[key] = valueOf(as, row[key] ?? null, row.number);
  return canonical(content);
};

export const rowHash = (table: ProtectedTable, row: ProtectedRow): Buffer => leafHash(Buffer.from(leafContent(table, row)));

const valueOf = (as: As, value: string | null, number: string): unknown => {
  if (value === null) return null;
  if (as === 'instant') return instant(Number(value));
  if (as === 'json') return JSON.parse(value);
  return as === 'hidden' ? leafHash(Buffer.from(`${number}/${value}`)).toString('base64') : value;
};
