/**
 * What intake is measured against, on a route that reads and answers as Insat's does. RIVAL=bare: nothing but that route,
 * the most that Fastify can do. RIVAL=statement: the same cases written one statement each, the most that can be had
 * without group commit.
 */
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import pg from 'pg';
import { Filing, Receipt } from '#contract/filing';
import { fileCase } from '#domain/cases/filing.actions';
import { complete } from '#domain/cases/intake.actions';
import { openAll } from '#domain/cases/opening.actions';
import { openDeps } from '#deps';
import { readSettings } from '#lib/config';
import { createLog } from '#lib/log';

const settings = readSettings(process.env);

const answerAtOnce = async (): Promise<Receipt> => ({
  reference: '2648391756',
  code: '408213',
  status: 'received',
  receivedAt: new Date().toISOString(),
  legalDueDate: '2027-01-21',
  proof: 'AZqwx3xefTqfECtvHA5NVQABAgMEBQYHCAkKCw',
});

/** Insat's own filing, but its writer sends each case by itself, outside any explicit transaction, over 8 connections. */
const writeSingly = async (): Promise<(filing: Filing) => Promise<Receipt>> => {
  const { ctx } = await openDeps({ ...settings, PUBLIC_URL: 'http://127.0.0.1' }, createLog('warn'));
  const pool = new pg.Pool({ connectionString: settings.DATABASE_URL, max: 8 });
  const tx = {
    // The only statement that runs here; its name has it parsed and planned once per connection.
    raw: async <Row extends object>(text: string, values: readonly string[]) =>
      (await pool.query<Row>({ name: 'one_case', text, values: [...values] })).rows,
  };
  const intake: typeof ctx.intake = {
    async add(draft) {
      const { row, code, key } = complete(ctx, draft);
      await ctx.keys.keep([key]);
      const [opened] = await openAll(tx, [row]);
      if (opened?.outcome !== 'opened') throw new Error('nothing was opened');
      return { ...opened, code };
    },
  };
  return (filing) => fileCase({ ...ctx, intake }, filing, { channel: 'web' });
};

const app = fastify().withTypeProvider<ZodTypeProvider>();
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
const file = process.env['RIVAL'] === 'bare' ? answerAtOnce : await writeSingly();
app.post('/api/v1/cases', { schema: { body: Filing, response: { 201: Receipt } } }, async (request, reply) =>
  reply.code(201).send(await file(request.body)));
app.get('/health/ready', async () => ({ status: 'ok' }));
await app.listen({ port: settings.PORT, host: '127.0.0.1' });
