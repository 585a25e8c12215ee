import { ssoRefusals, type SsoRefusal } from '#contract/staff';
import { consoleLanguages, type ConsoleLanguage } from '#texts/console';

/** The screens that are at an address of their own name. */
const named = ['file', 'callbacks', 'report', 'reveals', 'channels', 'accounts', 'sessions'] as const;
export type Place = { screen: 'queue' } | { screen: 'case'; id: string } | { screen: (typeof named)[number] };

/** The place that an address of the console names; an unknown one leads to the queue. */
export function placeOf(pathname: string): Place {
  const [, , screen, id] = pathname.split('/');
  if (screen === 'case' && id) return { screen, id };
  return { screen: named.find((known) => known === screen) ?? 'queue' };
}

/** The address of a place. Arabic, the default, needs no mention. */
export function addressOf(place: Place, language: ConsoleLanguage): string {
  const path = place.screen === 'queue' ? '' : place.screen === 'case' ? `/case/${place.id}` : `/${place.screen}`;
  return `/console${path}${language === consoleLanguages[0] ? '' : `?lang=${language}`}`;
}

/** The language that the query part of an address asks for. */
export function languageOf(search: string): ConsoleLanguage {
  const asked = new URLSearchParams(search).get('lang');
  return consoleLanguages.find((language) => language === asked) ?? consoleLanguages[0];
}

/** Why single sign-on ended without a session, as the query part of the address tells; null for anything else there. */
export function refusalOf(search: string): SsoRefusal | null {
  const told = new URLSearchParams(search).get('refused');
  return ssoRefusals.find((code) => code === told) ?? null;
}
