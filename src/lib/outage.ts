/** PostgreSQL cannot be reached, is shutting down, or has no room or connection left (SQLSTATE classes 08, 57P, 53). */
export const isDatabaseAway = (error: unknown): boolean => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    if (/^(08|57P|53)/.test(code) || /^(ECONNREFUSED|ECONNRESET|EPIPE|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED))$/.test(code)) return true;
  }
  return false;
};
