import type { FastifyReply } from 'fastify';

/** Answers with a page. No cache may keep one: it may show a case, and the key of a form is for one filing. */
export const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
