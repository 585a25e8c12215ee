import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
const Post = z.object({
  requestBody: z.object({ content: z.object({ 'application/x-www-form-urlencoded': z.object({ schema: z.unknown() }) }) }),
});
const Get = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: z.unknown() })),
  responses: z.object({ '200': z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) }) }),
});

/** Formats of Twilio's own; the others are dropped, for the document calls its relative addresses "uri". */
const patterns: Readonly<Record<string, string>> = {
  'phone-number': '^\\+[1-9]\\d{6,14}$',
  'date-time-rfc-2822': '^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} \\+0000$',
};

/** Checks against Twilio's published description; each throws with what does not fit, unknown fields included. */
export type TwilioApi = {
  newMessage(form: unknown): void;
  listQuery(query: unknown): void;
  message(resource: unknown): void;
  list(answer: unknown): void;
};

/** Undefined where the description is not beside this checkout. */
export const loadTwilioApi = (): TwilioApi | undefined => {
  const file = resolve('../shared/data/twilio-api.openapi.json');
  if (!existsSync(file)) return undefined;
  const { paths, components } = Document.parse(JSON.parse(readFileSync(file, 'utf8')));
  const messages = paths['/2010-04-01/Accounts/{AccountSid}/Messages.json'];
  const post = Post.parse(messages?.['post']);
  const get = Get.parse(messages?.['get']);

  /** Resolves references and closes every object; `whole` also demands every property. */
  const tighten = (node: unknown, whole: boolean): unknown => {
    if (Array.isArray(node)) return node.map((item) => tighten(item, whole));
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node && typeof node.$ref === 'string') {
      return tighten(components.schemas[node.$ref.replace('#/components/schemas/', '')], whole);
    }
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
  const checker = (schema: unknown, whole: boolean): ((value: unknown) => void) => {
    const parsed = z.fromJSONSchema(z.record(z.string(), z.json()).parse(tighten(schema, whole)), {
      defaultTarget: 'openapi-3.0',
    });
    return (value) => {
      parsed.parse(value);
    };
  };

  const parameters = get.parameters.filter((parameter) => parameter.in === 'query');
  const query = {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  };
  return {
    newMessage: checker(post.requestBody.content['application/x-www-form-urlencoded'].schema, false),
    listQuery: checker(query, false),
    message: checker(components.schemas['api.v2010.account.message'], true),
    list: checker(get.responses['200'].content['application/json'].schema, true),
  };
};
