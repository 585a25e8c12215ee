import type { Readable } from 'node:stream';
import type { FastifyMultipartOptions } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { maxBytes, maxFiles } from '#domain/attachments/attachments.rules';
import { dropUploads, keepUpload } from '#domain/attachments/uploads.actions';
import type { Context } from '#domain/context';
import { AppError, type FieldError } from '#lib/errors';

/** A text of 10,000 letters of Tifinagh is 30 kB here. */
const fieldSize = 128 * 1024;
const mostBytes = (maxFiles + 1) * maxBytes;

export const multipartOptions: FastifyMultipartOptions = {
  throwFileSizeLimit: false,
  limits: { parts: 40, fields: 30, files: maxFiles + 1, fieldNameSize: 100, fieldSize, headerPairs: 20, fileSize: maxBytes + 1 },
};

/** A form as a browser posted it; `uploads` are the handles of its files, those of an earlier attempt included. */
type Posted = { fields: unknown; uploads: string[]; problems: FieldError[] };

/**
 * Reads a form of either encoding. Its files are kept as uploads while they come in; one that is refused is a problem of the
 * field `files`, and the rest goes on.
 *
 * @throws AppError invalid, too_large; nothing of its files is kept then
 */
export const readForm = async (ctx: Context, request: FastifyRequest): Promise<Posted> => {
  if (!request.isMultipart()) return { ...plain(request.body), problems: [] };
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw new AppError('too_large');
  const fields = new Map<string, string>();
  const earlier: string[] = [];
  const kept: string[] = [];
  const codes = new Set<string>();
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        if (kept.length + earlier.length === maxFiles && part.filename !== '') codes.add('too_many_files');
        else await keep(ctx, { file: part.file, name: part.filename, address: request.ip }, kept, codes);
        part.file.resume();
      } else if (typeof part.value !== 'string' || (part.fieldname !== 'uploads' && fields.has(part.fieldname))) throw new AppError('invalid');
      else if (part.valueTruncated) throw new AppError('too_large');
      else if (part.fieldname === 'uploads') earlier.push(part.value);
      else fields.set(part.fieldname, part.value);
    }
  } catch (error) {
    await dropUploads(ctx, kept);
    throw error;
  }
  return { fields: Object.fromEntries(fields), uploads: [...earlier, ...kept], problems: [...codes].map((code) => ({ path: 'files', code })) };
};

/** A form without files may still name those of an earlier attempt. */
const plain = (body: unknown): { fields: unknown; uploads: string[] } => {
  if (typeof body !== 'object' || body === null || !('uploads' in body)) return { fields: body, uploads: [] };
  const { uploads, ...fields } = body;
  return { fields, uploads: [uploads].flat().map(String) };
};

/** A file is kept at once; what cannot be is noted by its code. */
type Part = { file: Readable; name: string | undefined; address: string };
const keep = async (ctx: Context, { file, name, address }: Part, kept: string[], codes: Set<string>): Promise<void> => {
  try {
    kept.push(await keepUpload(ctx, file, address));
  } catch (error) {
    // Broken off: there will be nobody to answer.
    if (file.destroyed && !file.readableEnded) throw error;
    const code = faultOf(error);
    if (code === 'files_busy') ctx.log.error({ err: error }, 'a file of a form could not be kept');
    // A field in which no file was chosen comes as a file without name and content.
    if (code !== 'file_empty' || name) codes.add(code);
  }
};

/** Whatever it is, the words of the form go on without the file. */
const faultOf = (error: unknown): string => {
  if (!(error instanceof AppError)) return 'files_busy';
  if (error.code === 'too_large') return 'file_too_large';
  return error.errors?.[0]?.code ?? 'files_busy';
};

/** The form has one field for all files, whichever of them a problem is about. */
export const aboutFiles = (problems: readonly FieldError[]): FieldError[] => {
  const about = problems.map(({ path, code }) => ({ path: path.startsWith('attachments') ? 'files' : path, code }));
  return about.filter(({ path }, index) => about.findIndex((one) => one.path === path) === index);
};
