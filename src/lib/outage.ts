/** PostgreSQL cannot be reached, is shutting down, or has no room or connection left (SQLSTATE classes 08, 57P, 53). */
export const isDatabaseAway = (error: unknown): boolean => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    if (/^(08|57P|53)/.test(code) || /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)) return true;
    // What the driver says without a code.
    if (/^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/.test(cause.message)) return true;
  }
  return false;
};
