import type { ConsoleTexts } from '#texts/console';
import { ApiProblem } from './api.ts';

/** The sentence for a failure: by its code, or the general one. */
export function problemText(error: unknown, texts: ConsoleTexts): string {
  const code = error instanceof ApiProblem ? error.code : 'internal';
  if (code === 'stale') return texts.case.changed;
  const known: Record<string, string> = texts.problems;
  return known[code] ?? texts.problems.internal;
}
