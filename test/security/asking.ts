import { request } from 'node:http';
import postgres from 'postgres';
import { z } from 'zod';
import type { TestApp } from '../support/app.ts';

export type Told = { status: number; headers: NodeJS.Dict<string | string[]>; text: string };

/** Asks exactly as told: fetch would tidy the address and the headers. */
export const ask = (app: TestApp, method: string, path: string, headers: Record<string, string> = {}, body: string | Buffer = ''): Promise<Told> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url);
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request({ hostname, port, method, path, headers: { ...length, ...headers } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

const Operation = z.object({
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.looseObject({ type: z.string().optional() }) })) }).optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional(),
});
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** A route of the API; `body`: the type of its JSON body, null without one; `query`: what may be asked. */
export type Route = { method: string; path: string; body: string | null; query: string[] };

/** Every route of the published document, its ids filled in. */
export const routesOf = async (app: TestApp): Promise<Route[]> =>
  Object.entries(Document.parse((await app.get('/api/v1/openapi.json')).json).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody, parameters = [] }]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/, '00000000-0000-4000-8000-000000000000'),
      body: requestBody?.content['application/json'] === undefined ? null : (requestBody.content['application/json'].schema.type ?? 'none'),
      query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    })),
  );

/** How many rows each table holds; wrong guesses and sessions aside, which are meant to be counted. */
export const rowsIn = async (app: TestApp): Promise<string> => {
  const sql = postgres(app.databaseUrl, { max: 1 });
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('failed_attempts', 'sessions') order by 1`;
  const counts: unknown[] = [];
  for (const { name } of tables) counts.push(name, (await sql`select count(*) from ${sql(String(name))}`)[0]?.['count']);
  await sql.end();
  return JSON.stringify(counts);
};
