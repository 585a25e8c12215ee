import { parseArgs } from 'node:util';
import type { Context } from '#domain/context';
import { closeStaff } from '#domain/staff/accounts.actions';

export const closeStaffUsage = 'close-staff --login <login>';

/**
 * Closes an account and ends its sessions; the cases that it holds go back to their queues.
 *
 * @param args as typed after `close-staff`
 * @returns the login
 * @throws Error with a sentence for the person at the terminal; nothing is changed then
 */
export const closeStaffAccount = async (ctx: Pick<Context, 'db' | 'clock' | 'live'>, args: string[]): Promise<string> => {
  const { login } = parseArgs({ args, options: { login: { type: 'string' } } }).values;
  if (login === undefined || !(await closeStaff(ctx, login))) throw new Error('--login: that of an open account.');
  return login;
};
