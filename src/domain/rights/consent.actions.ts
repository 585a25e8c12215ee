import { createHash } from 'node:crypto';
import { languages, type Language } from '#contract/words';
import { system } from '#db/actor';
import { consentTexts as kept } from '#db/schema/tables';
import { texts } from '#texts/index';
import type { Context } from '#domain/context';

type Consents = Readonly<Record<Language, { id: string; text: string }>>;

const named = (textOf: (language: Language) => string): Consents => {
  const all = languages.map((language) => {
    const text = textOf(language);
    return [language, { id: createHash('sha256').update(`${language}\0${text}`).digest('hex').slice(0, 16), text }] as const;
  });
  return Object.fromEntries(all) as Consents;
};

/**
 * The consent texts of this version of the product, by language. Each is named by its own hash, so that a case points at
 * the very words its citizen agreed to, and no change of a text can be forgotten.
 */
export const consentTexts: Consents = named((language) => texts[language].pages.form.consentText);

/** What is said on the telephone before somebody chooses to be recorded. */
export const spokenConsents: Consents = named((language) => {
  const { notice, complaint } = texts[language].voice.prompts;
  return `${notice} ${complaint}`;
});

/** Keeps the words that citizens agree to from now on; those of earlier versions stay. Run at each start. */
export const keepConsentTexts = (ctx: Pick<Context, 'db' | 'clock'>): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const firstUsedAt = ctx.clock.now();
    await tx.db.insert(kept).values([consentTexts, spokenConsents].flatMap((consents) => languages.map((language) => ({ language, ...consents[language], firstUsedAt })))).onConflictDoNothing();
  });
