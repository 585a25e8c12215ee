import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Json = z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) });
const Operation = z.object({
  parameters: z.array(z.object({ name: z.string(), schema: z.unknown() })).default([]),
  requestBody: z.object({ content: z.object({ 'application/x-www-form-urlencoded': z.object({ schema: z.unknown() }) }) }).optional(),
  responses: z.record(z.string(), Json),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** Formats of Twilio's own; the others are dropped, for the document calls its relative addresses "uri". */
const patterns: Readonly<Record<string, string>> = {
  // An address on WhatsApp and that of a browser stand in the place of a number.
  'phone-number': '^((whatsapp:)?\\+[1-9]\\d{6,14}|client:\\w+)$',
  'date-time-rfc-2822': '^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} \\+0000$',
};

/** The part of Twilio's published description (github.com/twilio/twilio-oai, Apache 2.0) that Insat uses, without its words. */
const { paths, components } = Document.parse(JSON.parse(readFileSync(new URL('twilio-api.json', import.meta.url), 'utf8')));

/** Resolves references and closes every object; `whole` also demands every property. */
const tighten = (node: unknown, whole: boolean): unknown => {
  if (Array.isArray(node)) return node.map((item) => tighten(item, whole));
  if (typeof node !== 'object' || node === null) return node;
  if ('$ref' in node && typeof node.$ref === 'string') return tighten(components.schemas[node.$ref.replace('#/components/schemas/', '')], whole);
  const { format, ...rest } = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, tighten(value, whole)]));
  const pattern = typeof format === 'string' ? patterns[format] : undefined;
  const properties = rest['properties'];
  const closed = typeof properties === 'object' && properties !== null && rest['type'] === 'object';
  return {
    ...rest,
    ...(pattern !== undefined && { pattern }),
    ...(closed && { additionalProperties: false }),
    ...(closed && whole && { required: Object.keys(properties) }),
  };
};

const check = (schema: unknown, whole: boolean, value: unknown): void => {
  z.fromJSONSchema(z.record(z.string(), z.json()).parse(tighten(schema, whole)), { defaultTarget: 'openapi-3.0' }).parse(value);
};

const Typed = z.object({ properties: z.record(z.string(), z.object({ type: z.string().optional() })) });
/** What a form or a query says, where everything is text and a list of one is that one. */
const typed = (schema: unknown, given: Readonly<Record<string, string>>): Record<string, unknown> => {
  const { properties } = Typed.parse(schema);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const type = properties[name]?.type;
      return [name, type === 'array' ? [value] : type === 'integer' && /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
};

const operation = (method: 'get' | 'post', path: string): z.infer<typeof Operation> => {
  const found = paths[`/2010-04-01/Accounts/{AccountSid}/${path}`]?.[method];
  if (!found) throw new Error(`${method} ${path} is not among what is described here`);
  return found;
};

/**
 * Checks against the description; each throws with what does not fit, unknown fields included. `path`: as it is written there,
 * behind the account (`Messages/{Sid}.json`).
 */
export const twilioApi = {
  form(path: string, form: Readonly<Record<string, string>>): void {
    const schema = operation('post', path).requestBody?.content['application/x-www-form-urlencoded'].schema;
    check(schema, false, typed(schema, form));
  },
  query(path: string, query: Readonly<Record<string, string>>): void {
    const schema = { type: 'object', properties: Object.fromEntries(operation('get', path).parameters.map(({ name, schema: one }) => [name, one])) };
    check(schema, false, typed(schema, query));
  },
  /** Every field that Twilio answers with must be there. */
  answer(method: 'get' | 'post', path: string, body: unknown): void {
    const [described] = Object.values(operation(method, path).responses);
    check(described?.content['application/json'].schema, true, body);
  },
};
