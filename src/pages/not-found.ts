import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendPage } from './html.ts';
import { languageOf } from './paths.ts';
import { renderError } from './views.ts';

/** The page for an address that does not exist, in the language that the address names. */
export const sendNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendPage(reply.code(404), renderError(languageOf(request.url), 'not_found'));
