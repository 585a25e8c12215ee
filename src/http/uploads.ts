import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Problem } from '#contract/common';
import { Upload } from '#contract/filing';
import { maxBytes } from '#domain/attachments/attachments.rules';
import { dropUploads, keepUpload } from '#domain/attachments/uploads.actions';
import type { Context } from '#domain/context';
import { AppError, invalid } from '#lib/errors';

/** Headers of the one part, and the boundaries around it. */
const around = 4096;

/** Files, before what they belong to is sent. A scope of its own: everything else of the API takes JSON only. */
export const uploadRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.removeAllContentTypeParsers();
  await app.register(multipart, { throwFileSizeLimit: false, limits: { parts: 1, files: 1, fields: 0, headerPairs: 20, fileSize: maxBytes + 1 } });

  app.post(
    '/uploads',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['citizen'],
        summary: 'Send a file',
        description: 'One part, of any name: JPEG, PNG, WebP, PDF, OGG, M4A or MP3, told by content, 10 MB at most. Its uploadId goes into `attachments` of a case or message, once, within a day.',
        consumes: ['multipart/form-data'],
        response: { 201: Upload, '4xx': Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes + around) throw new AppError('too_large');
      if (!request.isMultipart()) throw new AppError('unsupported_media_type');
      return reply.code(201).header('cache-control', 'no-store').send({ uploadId: await onlyFile(ctx, request) });
    },
  );
};

/** Keeps the one file of the body. More than one is known only once the first is kept; it is removed then. */
const onlyFile = async (ctx: Context, request: FastifyRequest): Promise<string> => {
  const kept: string[] = [];
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file') throw invalid('file', 'required');
      try {
        kept.push(await keepUpload(ctx, part.file, request.ip));
      } finally {
        part.file.resume();
      }
    }
    const [uploadId] = kept;
    if (uploadId === undefined) throw invalid('file', 'required');
    return uploadId;
  } catch (error) {
    await dropUploads(ctx, kept);
    throw error;
  }
};
