import { formatDate, line } from '#texts/format';
import type { Answers } from './ar.ts';

export const zgh: Answers = {
  help: 'ⵉⵏⵚⴰⵜ: ⴰⵔⴰⵜ ⵎⴰⴷ ⵉⵍⵍⴰⵏ. ⴰⴹⴼⴰⵕ + ⵓⵟⵟⵓⵏ: ⵉⵏⵖⵎⵉⵙⵏ. ⴰⵎⴰⵢⵏⵓ: ⴰⵙⴷⴰⵡ ⵢⴰⴹⵏ. ⴰⵎⵙⵡⵓⵔⵉ: ⵏⵖⵔ ⴰⵡⵏ. ⴱⴷⴷ: ⵓⵀⵓ ⵜⵉⴱⵔⴰⵜⵉⵏ.',
  stopped: 'ⵔⴰⴷ ⴰⵡⵏ ⵏⴰⵣⵏ ⵓⵟⵟⵓⵏ ⴷ ⵜⵎⵔⴰⵔⵓⵜ ⴽⴰ. ⴰⵔⴰⵜ: ⵙⵙⵏⵜⵉ',
  started: 'ⵔⴰⴷ ⴷⴰⵖ ⴰⵡⵏ ⵏⴰⵣⵏ ⵉⵏⵖⵎⵉⵙⵏ ⵏ ⵓⵙⴷⴰⵡ.',
  write_matter: 'ⴰⵔⴰⵜ ⵖⵉⵍⴰ ⴰⵙⵏⵜⵍ ⴰⵎⴰⵢⵏⵓ. ⵔⴰⴷ ⴰⵡⵏ ⵏⴼⴽ ⵓⵟⵟⵓⵏ.',
  name_reference: 'ⴰⵔⴰⵜ ⴰⵡⴰⵍ ⴷ ⵡⵓⵟⵟⵓⵏ: ⴰⴹⴼⴰⵕ 1234567890',
  not_yours: `ⵓⵔ ⵏⵓⴼⵉ ⴰⵙⴷⴰⵡ ⵙ ⵡⵓⵟⵟⵓⵏ ⴰⴷ. ⵖⵔⴰⵜ ⴰⵖ: ${line.shown}`,
  rated: 'ⵜⴰⵏⵎⵎⵉⵔⵜ. ⴷⴰ ⴰⵖ ⵜⵜⴰⵡⵙⵎ.',
  not_reopened: 'ⵓⵔ ⵏⵖⵉ ⴰⴷ ⴷⴰⵖ ⵏⵔⵥⵎ ⴰⵙⴷⴰⵡ ⴰⴷ. ⴰⵔⴰⵜ: ⴰⵎⴰⵢⵏⵓ',
  ask_place: 'ⵓⵔ ⵏⵙⵙⵉⵏ ⴰⴷⵖⴰⵔ. ⴰⵔⴰⵜ ⵉⵙⵎ ⵏ ⵜⵎⴷⵉⵏⵜ: ⴼⴰⵙ',
  danger: 'ⵙⵉⵎⴰⵏⵜ: 19, 177, 15 (ⴽⵓ ⴰⴽⵓⴷ).',
  ask_solved: 'ⵜⴰⵏⵎⵎⵉⵔⵜ. ⵉⵙ ⵉⴼⵔⴰ ⵓⵎⵓⴽⵔⵉⵙ? 1 ⵢⴰⵀ, 2 ⵓⵀⵓ',
  ask_reopening: 'ⵉⵙ ⴰⴷ ⴷⴰⵖ ⵏⵔⵥⵎ ⴰⵙⴷⴰⵡ ⵏⵏⵓⵏ? 1 ⵢⴰⵀ, 2 ⵓⵀⵓ',
  status: ({ reference, status, dueDate }) => `${reference}: ${status}. ⴷⴰⵜ ⵏ ${formatDate(dueDate)}.`,
  reopened: (reference) => `ⵏⵔⵥⵎ ⴷⴰⵖ ⴰⵙⴷⴰⵡ ${reference}.`,
  which_case: (references) => `ⵎⴰⵏ ⴰⵙⴷⴰⵡ? ⵔⴰⵔⴰⵜ ⵙ ⵡⵓⵟⵟⵓⵏ: ${references.map((reference, at) => `${at + 1} ${reference}`).join(', ')}, ${references.length + 1} ⴰⵎⴰⵢⵏⵓ`,
  rate: 'ⵔⴰⵔⴰⵜ ⵙ ⵡⵓⵟⵟⵓⵏ ⵙⴳ 1 (ⵉⵅⵛⵏ) ⴰⵔ 5 (ⵉⵖⵓⴷⴰ).',
};
