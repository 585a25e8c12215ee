import { formatDate, line } from '#texts/format';
import type { Answers } from './ar.ts';

export const en: Answers = {
  help: 'Insat: write your problem here. STATUS + number: news of your case. NEW: another case. OPERATOR: we call you. STOP: numbers and answers only.',
  stopped: 'From now on you get only the numbers of your cases and our answers. To have the rest again: START',
  started: 'You will hear about your case again.',
  write_matter: 'Write your new matter now. We will give you a number.',
  name_reference: 'Write the word and the number of the case, for example: STATUS 1234567890',
  not_yours: `We find no case of that number for your phone. Check it or call ${line.shown}`,
  rated: 'Thank you. What you say helps us do better.',
  not_reopened: 'This case cannot be opened again. For another case: NEW',
  ask_place: 'We did not recognise the place. Write the name of your town or province, for example: Fes',
  danger: 'Emergencies, at any hour: police 19, gendarmerie 177, ambulance 15. Insat does not replace them.',
  ask_solved: 'Thank you. Is your problem solved? Answer: 1 yes, 2 no',
  ask_reopening: 'We are sorry. Shall we open your case again? Answer: 1 yes, 2 no',
  status: ({ reference, status, dueDate }) => `${reference}: ${status}. Answer due by ${formatDate(dueDate)}.`,
  reopened: (reference) => `Your case ${reference} is open again.`,
  which_case: (references) => `Which case is it about? Answer with a number: ${references.map((reference, at) => `${at + 1} ${reference}`).join(', ')}, ${references.length + 1} something new`,
  rate: 'Rate our answer: reply with a number from 1 (bad) to 5 (good).',
};
