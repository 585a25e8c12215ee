import { expect, it } from 'vitest';
import { holdsLink } from '#domain/messages/links.rules';

it.each([
  'https://asd.ma', 'www.exemple.org', 'voir asd.ma', 'asd.ma pour la suite', 'ASD.MA', 'Asd.Ma', 'bit.com/x', 'bit.ly/x', 'BIT.LY/x', 'wa.me/x', 'forms.gle/x', 'insat.online', 'انظروا insat.online، ثم',
  'asd.ma.', 'a@asd.ma', 'x.example/y',
])('%s is a link', (text) => {
  expect(holdsLink(text)).toBe(true);
});

it.each([
  "Nous l'avons dit.Ma collegue", 'الجواب غدا. على الساعة 10.30', 'Merci.Cordialement', 'oui et/ou non', '10.30/12.00', 'art.12/3', 'M. le directeur', 'dit. Ma collègue', 'privé.Maintenant', 'بطاقة 12.5',
])('%s is none', (text) => {
  expect(holdsLink(text)).toBe(false);
});
