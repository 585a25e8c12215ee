import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '#contract/common';
import { ReportQuery, ResponseTimes, RevealQuery, RevealReport, type ReportRow } from '#contract/reports';
import type { Context } from '#domain/context';
import { revealReport } from '#domain/personal/reveals.queries';
import { responseTimes } from '#domain/reporting/response-times.queries';
import { staffOf } from './policy.ts';

const columns = [
  'count', 'firstReply.count', 'firstReply.p50', 'firstReply.p90', 'firstReply.p95',
  'resolution.count', 'resolution.p50', 'resolution.p90', 'resolution.p95', 'legal.inTime', 'legal.late', 'legal.share',
] as const;

/**
 * RFC 4180, of a text that a spreadsheet must not take for a formula: it gets an apostrophe before it (OWASP, CSV injection).
 */
const cell = (text: string): string => {
  const plain = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

const toCsv = (report: ResponseTimes): string => {
  const valueAt = (row: ReportRow, path: string): string => {
    const value = path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], row);
    return value === null || value === undefined ? '' : String(value);
  };
  const names = [...report.by, ...columns];
  return [names.join(','), ...report.rows.map((row) => names.map((name) => cell(valueAt(row, name))).join(','))].join('\r\n') + '\r\n';
};

/** How long people really waited, and who of the staff looked at what is masked. */
export const reportRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/reports/response-times',
    { config: { policy: { verb: 'report.read' } }, schema: { tags: ['reports'], summary: 'Response times', querystring: ReportQuery, response: { 200: ResponseTimes, '4xx': Problem } } },
    (request) => responseTimes(ctx, staffOf(request), request.query),
  );
  app.get(
    '/reports/response-times.csv',
    { config: { policy: { verb: 'report.read', stepUp: true } }, schema: { tags: ['reports'], summary: 'Response times as CSV', produces: ['text/csv'], querystring: ReportQuery, response: { 200: z.string(), '4xx': Problem } } },
    async (request, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="response-times.csv"')
        .serializer(String)
        .send(toCsv(await responseTimes(ctx, staffOf(request), request.query))),
  );
  app.get(
    '/reports/reveals',
    {
      config: { policy: { verb: 'report.reveals' } },
      schema: {
        tags: ['reports'],
        summary: 'Who revealed how much, and searched by how many numbers',
        description: 'A supervisor sees the own centre. A sign accuses nobody; each follows from the figures beside it.',
        querystring: RevealQuery,
        response: { 200: RevealReport, '4xx': Problem },
      },
    },
    (request) => revealReport(ctx, staffOf(request), request.query),
  );
};
