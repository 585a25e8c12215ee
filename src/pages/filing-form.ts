import { z } from 'zod';
import type { Language } from '#contract/words';

const typed = z.string().optional();

/** The form as browsers post it: strings, named by the contract's paths. Anything else did not come from our page. */
export const FilingForm = z.strictObject({
  idempotencyKey: z.uuid().optional(),
  solution: typed,
  kind: typed,
  text: typed,
  category: typed,
  'territory.province': typed,
  'territory.commune': typed,
  'contact.name': typed,
  'contact.phone': typed,
  'contact.email': typed,
  anonymous: typed,
  'onBehalfOf.name': typed,
  'onBehalfOf.relationship': typed,
  consent: typed,
});
export type FilingForm = z.infer<typeof FilingForm>;

/** A line as it was meant: without the blanks that keyboards add around it, undefined when nothing is left. */
export const lineOf = (value: string | undefined): string | undefined => value?.trim() || undefined;

/** Browsers post every line break as CR LF; the citizen typed one. */
export const proseOf = (value: string | undefined): string => value?.replaceAll('\r\n', '\n') ?? '';

/** The members that were filled in; undefined when none was. */
function filled(members: Record<string, string | undefined>): Record<string, string> | undefined {
  const given = Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** What the form says in the contract's shape, still to be checked by `Filing`. Who writes on a page reads its language. */
export function filingOf(form: FilingForm, language: Language, uploads: readonly string[]): object {
  const onBehalfOf = filled({ name: lineOf(form['onBehalfOf.name']), relationship: lineOf(form['onBehalfOf.relationship']) });
  return {
    kind: form.kind,
    text: proseOf(form.text),
    language,
    category: lineOf(form.category),
    territory: filled({ province: lineOf(form['territory.province']), commune: lineOf(form['territory.commune']) }),
    contact: filled({
      name: lineOf(form['contact.name']),
      phone: lineOf(form['contact.phone']),
      email: lineOf(form['contact.email']),
    }),
    anonymous: form.anonymous === undefined ? undefined : true,
    onBehalfOf,
    consent: form.consent === undefined ? undefined : true,
    attachments: uploads.length === 0 ? undefined : uploads,
  };
}
