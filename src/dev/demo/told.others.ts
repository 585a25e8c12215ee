import type { Told } from './told.ts';

/** Tamazight, in Tifinagh and in Latin letters, and English. */
export const others: readonly Told[] = [
  { channel: 'web', plot: 'worked', topic: 'PAY.STOPPED', province: 'MA-TIZ', name: 'ⴼⴰⴹⵎⴰ ⴰⵢⵜ ⵃⵎⴰⴷ', text: 'ⴰⵣⵓⵍ, ⵉⴱⵉⴷⴷ ⴼⵍⵍⴰⵖ ⵓⵙⵉⵡⵍ ⵙⵉⵏ ⵡⴰⵢⵢⵓⵔⵏ ⴰⵢⴰ. ⵓⵔ ⵙⵙⵉⵏⵖ ⵎⴰⵅⴼ. ⵖⵓⵔⵉ ⴽⵕⴰⴹ ⵏ ⵉⵡⵔⵔⴰⵢⵏ.' },
  { channel: 'web', plot: 'fresh', topic: 'HEALTH.CLOSED', province: 'MA-RAB', name: 'ⵎⵓⵃⴰ', text: 'ⴰⵣⵓⵍ, ⵜⵔⴳⵍ AMO ⵉⵏⵓ ⴷ ⵍⵍⵉⵖ ⴳ ⵓⵙⴳⵏⴰⴼ. ⵔⵉⵖ ⵜⴰⵎⵔⴰⵔⵓⵜ.' },
  { channel: 'sms', plot: 'solved', topic: 'INFO.HOW', kind: 'inquiry', text: 'ⴰⵣⵓⵍ, ⵎⴰⵎⵏⴽ ⴰⴷ ⵜⵜⴰⵔⴰⵖ ⵉⵙⵎ ⵉⵏⵓ ⴳ ⵓⵙⵉⵡⵍ? ⵜⴰⵏⵎⵎⵉⵔⵜ' },
  { channel: 'sms', plot: 'waits', topic: 'PAY.NEVER', text: 'Azul, ur ufighd idrimn n da3m, nkki g tinghir. Tanmmirt' },
  { channel: 'web', plot: 'asked', topic: 'REG.RNP', province: 'MA-RAB', name: 'Grace M.', text: 'Hello, I have lived in Rabat for nine years with my children, who were born here. The office could not enrol them in the population register. Which papers do they need?', kind: 'inquiry' },
  { channel: 'web', plot: 'solvedWell', topic: 'INFO.SITE', province: 'MA-CAS', name: 'Daniel R.', reach: 'email', kind: 'observation', text: 'The page to check a request is not available in English and the text message code never arrives on foreign numbers.' },
  { channel: 'web', plot: 'fresh', topic: 'PAY.LATE', province: 'MA-AGD', name: 'Amina Wahbi', behalf: 'daughter', text: 'I am writing for my mother, who does not use the internet. Her payment has been late for three weeks and she has not received any message.' },
];
