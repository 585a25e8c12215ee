import { ar } from './words.ar.js';
import { fr } from './words.fr.js';

/** Arabic, unless the address asks for French. */
export const language = new URLSearchParams(location.search).get('lang') === 'fr' ? 'fr' : 'ar';
export const words = language === 'fr' ? fr : ar;

export const clock = new Intl.DateTimeFormat(language === 'fr' ? 'fr-MA' : 'ar-MA', { hour: '2-digit', minute: '2-digit', numberingSystem: 'latn' });

/** Puts the words into what names them. */
export const speak = (root) => {
  for (const one of root.querySelectorAll('[data-word]')) one.textContent = words[one.dataset.word];
  for (const one of root.querySelectorAll('[data-label]')) one.setAttribute('aria-label', words[one.dataset.label]);
  for (const one of root.querySelectorAll('[data-placeholder]')) one.placeholder = words[one.dataset.placeholder];
};

/** A new copy of a template, with its words. */
export const copyOf = (id) => {
  const copy = document.getElementById(id).content.cloneNode(true);
  speak(copy);
  return copy;
};
