import { isOpen } from '#domain/cases/cases.rules';
import type { Command } from './commands.rules.ts';
import type { Decision, OwnCase } from './threads.rules.ts';

/** What becomes of a message that is a command to the line (rule 4). */
export const obey = (command: Command, own: readonly OwnCase[]): Decision => {
  const named = own.find(({ reference }) => reference === command.reference);
  switch (command.name) {
    case 'stop':
      return { to: 'line', effect: 'stop', say: { name: 'stopped' }, question: null };
    case 'start':
      return { to: 'line', effect: 'start', say: { name: 'started' } };
    case 'help':
      return { to: 'line', say: { name: 'help' } };
    case 'new':
      return { to: 'line', say: { name: 'write_matter' }, question: { name: 'new_matter' } };
    case 'status':
      if (command.reference === undefined) return { to: 'line', say: { name: 'name_reference' } };
      return { to: 'line', say: named ? { name: 'status', caseId: named.id } : { name: 'not_yours' } };
    case 'reopen': {
      // Without a reference: the one that was answered last, if it is the only one.
      const answered = command.reference === undefined ? own.filter((one) => one.begunHere && one.overAt !== null) : named ? [named] : [];
      const [only, ...more] = answered;
      if (!only || more.length > 0) return { to: 'line', say: { name: command.reference === undefined ? 'name_reference' : 'not_yours' } };
      return { to: 'line', effect: { reopen: only.id }, say: null, question: null };
    }
    case 'human': {
      const [only, ...more] = own.filter((one) => one.begunHere && isOpen(one.status));
      return only && more.length === 0 ? { to: 'case', caseId: only.id, after: false, say: null } : { to: 'new', inquiry: true, say: null };
    }
  }
};
