import type { z } from 'zod';
import type { Language } from '#contract/words';
import type { FieldError } from '#lib/errors';
import { texts } from '#texts/index';

/** What the schemas found wrong, once per field. Fields are named as the contract's paths. */
export function problemsOf(error: z.ZodError): FieldError[] {
  const found = new Map<string, string>();
  for (const issue of error.issues) {
    const path = issue.path.join('.');
    if (!found.has(path)) found.set(path, codeOf(issue, path));
  }
  return [...found].map(([path, code]) => ({ path, code }));
}

function codeOf(issue: z.core.$ZodIssue, path: string): string {
  if (path === 'consent') return 'consent_required';
  if (issue.message in texts.ar.fieldErrors) return issue.message;
  if (issue.code === 'too_big' && issue.origin === 'string') return 'too_long';
  if (issue.code === 'invalid_format') return issue.format === 'email' ? 'invalid_email' : 'invalid';
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' ? 'required' : 'invalid';
}

/** The kind sentence for a field's error code; a general one where the domain knows a code that the texts do not. */
export function sentenceFor(language: Language, code: string): string {
  const { fieldErrors } = texts[language];
  const known: Readonly<Record<string, string>> = fieldErrors;
  return known[code] ?? fieldErrors.invalid;
}
