import { expect, it } from 'vitest';
import { languages } from '#contract/words';
import { texts } from '#texts/index';
import { spokenReceipt } from '#texts/spoken';

const receipt = { reference: '2648391750', code: '408213', legalDueDate: '2027-01-21' };

it.each(languages)('a receipt read aloud in %s spells each digit of number and code, and says the date and that bank data are never asked for', (language) => {
  const { voice: { digits }, pages: { layout } } = texts[language];
  const said = spokenReceipt(texts[language], receipt);
  const spelled = (number: string) => [...number].map((digit) => (digits as Record<string, string>)[digit]);
  const words = said.split(/[\s:،,.—]+/);
  const at = (number: string) => words.join(' ').indexOf(spelled(number).join(' '));
  expect(at(receipt.reference)).toBeGreaterThan(0);
  expect(at(receipt.code)).toBeGreaterThan(at(receipt.reference));
  expect(said).toContain('21/01/2027');
  expect(said).toContain(layout.bank);
  expect(said).not.toMatch(/undefined|264|408/);
});
