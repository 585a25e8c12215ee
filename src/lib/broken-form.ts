const codes = new Set(['FST_MP_PREMATURE_CLOSE', 'FST_PROTO_VIOLATION', 'FST_INVALID_JSON_FIELD_ERROR', 'FST_INVALID_MULTIPART_CONTENT_TYPE']);

/** Whether the multipart parser found a body that is none, or that broke off. What its own parser says has no code. */
export const isBrokenForm = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if ('code' in error && codes.has(String(error.code))) return true;
  return /^(Multipart: |Unexpected end of multipart data|\w+ terminated early due to)/.test(error.message);
};

/** More parts, fields or files than a form has. */
export const isOverfullForm = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^FST_(PARTS|FIELDS|FILES)_LIMIT$/.test(String(error.code));
