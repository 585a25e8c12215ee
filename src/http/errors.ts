import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '#contract/common';
import { AppError, errorTable, type ErrorCode, type FieldError } from '#lib/errors';
import { isBrokenForm, isOverfullForm } from '#lib/broken-form';
import { isDatabaseAway } from '#lib/outage';

/** What Fastify itself refuses, in our words. */
const frameworkCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_ASYNC_CONSTRAINT: 'not_found',
};

type Validation = NonNullable<FastifyError['validation']>[number];

/** Our own codes are words like `too_long`; a library's sentence is replaced by the kind of fault. */
const fieldError = ({ instancePath, keyword, message }: Validation): FieldError => ({
  path: instancePath.split('/').filter(Boolean).join('.'),
  code: message !== undefined && /^[a-z_]+$/.test(message) ? message : keyword,
});

const asAppError = (error: FastifyError | Error): AppError | null => {
  if (error instanceof AppError) return error;
  if ('validation' in error && error.validation) return new AppError('invalid', { errors: error.validation.slice(0, 20).map(fieldError) });
  if (isDatabaseAway(error)) return new AppError('unavailable', { message: error.name });
  if (isBrokenForm(error)) return new AppError('invalid');
  if (isOverfullForm(error)) return new AppError('too_large');
  const code = 'code' in error ? frameworkCodes[error.code] : undefined;
  if (code) return new AppError(code);
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status === 403 || status === 404) return new AppError('not_found');
  if (status >= 400 && status < 500) return new AppError(error instanceof SyntaxError ? 'invalid_json' : 'invalid');
  return null;
};

const blank = (code: ErrorCode): Problem => {
  const [status, title] = errorTable[code];
  return { type: `/api/docs#error-${code}`, title, status, code };
};

/** RFC 9457. Only the table's words go out; what failed inside is logged without the request's content. */
const toProblem = (error: FastifyError | Error, request: FastifyRequest): Problem => {
  const known = asAppError(error);
  if (!known) request.log.error({ err: error }, 'unexpected');
  else if (known.status === 503) request.log.warn({ err: error }, 'refused for now');
  return {
    ...known?.members,
    ...blank(known?.code ?? 'internal'),
    ...(known?.errors ? { errors: known.errors } : {}),
    ...(known?.legal ? { legal: [...known.legal] } : {}),
  };
};

const answer = (reply: FastifyReply, problem: Problem, retryAfter = problem.status === 503 ? 2 : undefined): FastifyReply => {
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
};

export const answerErrors = (app: FastifyInstance): void => {
  app.setErrorHandler((error: FastifyError | Error, request, reply) =>
    answer(reply, toProblem(error, request), error instanceof AppError ? error.retryAfter : undefined),
  );
};

export const answerNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(reply, toProblem(new AppError('not_found'), request));

/** For what the router refuses before there is a route. */
export const refuseRequest = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  answer(reply, toProblem(error, request));
};

/** For what is no HTTP, or has headers without end: there is only a socket to write to. */
export const refuseSocket = (error: ConnectionError, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem: Problem = error.code === 'HPE_HEADER_OVERFLOW' ? { ...blank('too_large'), status: 431 } : blank('invalid');
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};
