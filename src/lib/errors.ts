/** Every error that a person outside may meet: its HTTP status and a plain English title. Pages word it by code. */
export const errorTable = {
  invalid: [400, 'The request does not fit what this address accepts.'],
  invalid_json: [400, 'The body is not valid JSON.'],
  unauthenticated: [401, 'Sign in first.'],
  wrong_login: [401, 'The login or the password is wrong.'],
  sso_failed: [401, 'That sign-in was not completed, or took too long. Try again.'],
  sso_unknown: [403, 'No account of the line is linked to that identity. An administrator can link it.'],
  second_factor_needed: [401, 'A second factor is needed. Send it together with the login and the password.'],
  wrong_second_factor: [401, 'The second factor is wrong, or was used before.'],
  wrong_recovery: [401, 'The recovery secret is wrong, has expired or was used.'],
  forbidden: [403, 'This is not yours to do.'],
  enrol_first: [403, 'Enrol a second factor first.'],
  step_up_needed: [403, 'Show your second factor again, then repeat this.'],
  foreign_origin: [403, 'The request comes from another site.'],
  bad_signature: [403, 'The signature is missing or wrong.'],
  not_found: [404, 'There is nothing here.'],
  not_found_or_wrong_code: [404, 'No case answers to this reference and code.'],
  stale: [409, 'Somebody changed this case meanwhile. Read it again.'],
  illegal_move: [409, 'The case cannot go there from where it is.'],
  condition_unmet: [409, 'Something is missing before the case can go there.'],
  not_mergeable: [409, 'One of the two is merged already, or ended without an answer.'],
  claim_first: [409, 'Take the case first.'],
  taken: [409, 'Somebody else holds this case.'],
  long_sms: [400, 'It is too long for an SMS: two parts at most, which is about 110 Arabic letters or 280 Latin ones without ç or ê.'],
  link_in_sms: [400, 'An SMS of the line carries no link. Say it in words.'],
  not_sealed_yet: [409, 'This is not sealed yet. Try again in a few seconds.'],
  not_scanned_yet: [409, 'This file is not known to be safe. It opens once a scanner has looked at it.'],
  attachment_refused: [409, 'This file was refused and is not kept.'],
  receipt_broken: [410, 'This receipt was given, but the log no longer holds it as it was: keep the receipt, and tell the observatory.'],
  no_such_receipt: [404, 'No such receipt was ever given here.'],
  other_person_needed: [409, 'Somebody else must do this.'],
  already_asked: [409, 'This was asked for already, and waits for a second person.'],
  last_factor: [409, 'This is the last one, and one is needed.'],
  on_hold: [409, 'The case is kept as it is: a legal hold stands.'],
  not_on_hold: [409, 'No legal hold stands on this case.'],
  not_sealed: [409, 'The case is not sealed.'],
  no_reader: [409, 'Nobody who may unseal the case could see it then. Name such a supervisor among its readers.'],
  already_blocked: [409, 'A conflict of interest keeps them from this case already.'],
  not_blocked: [409, 'No conflict of interest keeps them from this case.'],
  not_over: [409, 'The case still has an answer to come.'],
  already_rated: [409, 'This case has been rated.'],
  erased: [410, 'The personal data of this case were erased.'],
  too_large: [413, 'The request is too large.'],
  unsupported_media_type: [415, 'This address does not take that kind of content.'],
  key_reused: [422, 'This Idempotency-Key was used for another submission.'],
  too_many_attempts: [429, 'Too many wrong codes for this reference. Try again later.'],
  challenge_needed: [429, 'Many requests come from your network. Solve a challenge, or try again later.'],
  too_many_requests: [429, 'Too many requests come from your network. Try again later.'],
  quota_exceeded: [429, 'No more may be shown today.'],
  too_many_searches: [429, 'You have searched by many phone numbers. Try again later, or by reference.'],
  too_many_sign_ins: [429, 'Too many failed sign-ins. Try again later.'],
  busy: [503, 'Too many requests wait. Try again in a few seconds.'],
  unavailable: [503, 'The service cannot reach its database. Try again in a few seconds.'],
  sso_unavailable: [503, 'The sign-in of the administration cannot be reached. Try again in a few minutes.'],
  internal: [500, 'Something failed on our side. Nothing you sent was kept unless you have a reference.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errorTable;
export type FieldError = { path: string; code: string };

/** An expected failure. `message` is for our logs and holds no personal data; people see the table's title. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldError[] | undefined;
  readonly legal: readonly string[] | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** Further members of the problem (RFC 9457, section 3.2). */
  readonly members: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    more: { message?: string; errors?: FieldError[]; legal?: readonly string[]; retryAfter?: number; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(more.message ?? code);
    this.name = 'AppError';
    this.code = code;
    this.errors = more.errors;
    this.legal = more.legal;
    this.retryAfter = more.retryAfter;
    this.members = more.members;
  }

  get status(): number {
    return errorTable[this.code][0];
  }
}

/** One field is wrong: `path` as in the body, `code` a short word. */
export const invalid = (path: string, code: string): AppError => new AppError('invalid', { errors: [{ path, code }] });

export const notFound = (): AppError => new AppError('not_found');
