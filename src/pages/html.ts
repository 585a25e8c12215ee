import type { FastifyReply } from 'fastify';
import type { AppError } from '#lib/errors';

/** Answers with a page. No cache may keep one: it may show a case, and the key of a form is for one filing. */
export const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);

/** For the few pages that bring the script; all others forbid any. */
export const allowScript = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', `${String(reply.getHeader('content-security-policy'))};script-src 'self'`);

/** Says when to come back, where the refusal knows. */
export const retryLater = (reply: FastifyReply, { retryAfter }: AppError): FastifyReply =>
  retryAfter === undefined ? reply : reply.header('retry-after', retryAfter);
