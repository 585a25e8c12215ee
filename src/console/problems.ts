import type { ConsoleTexts } from '#texts/console';
import { ApiProblem } from './api.ts';

/** The sentence for a failure: by what is wrong with a field, by its code, or the general one. */
export function problemText(error: unknown, texts: ConsoleTexts): string {
  const code = error instanceof ApiProblem ? error.code : 'internal';
  if (code === 'stale') return texts.case.changed;
  const known: Record<string, string> = texts.problems;
  const fields: Record<string, string> = texts.fieldProblems;
  const [wrong] = error instanceof ApiProblem ? error.errors.flatMap((one) => fields[one.code] ?? []) : [];
  return wrong ?? known[code] ?? texts.problems.internal;
}
