import type { Language } from '#contract/words';
import { words } from './normalise.rules.ts';

type Script = 'arabic' | 'latin' | 'tifinagh' | 'none';
type DetectedLanguage = { language: Language; script: Script; arabizi: boolean };

const set = (list: string): ReadonlySet<string> => new Set(words(list));

// Words that carry no topic and hence appear in any text of the language. "ma", "la", "li", "a", "o", "men" are in two of them: left out.
const french = set(`
  le les des du un une et est sont je vous nous il elle ils pas pour que qui dans mon mes notre votre avec sur au aux en ce cette
  ces ai avons suis etait depuis mais ou par plus sans tres merci bonjour mois dossier demande comment pourquoi quand toujours
  rien encore aussi ne se me son sa ses leur nos vos j n l d c qu s svp aide famille`);
const english = set(`
  the is are am my i have has had not and to of for please was were what how why when this that it they we you with from been do
  does did can could would should hello thank thanks but no help since still never received`);
const darija = set(`
  salam slam salamo bghit bghina bghaw dyal dial dyali diali dyalna wach wash fin chno chnou chhal walo walou hadchi had hadi kayn
  kayna makaynch flous rah raha rani hna hnaya f fi mn w o wla ila bach ghir daba mazal bezaf bzaf ana nta nti howa hiya homa
  gali galo galou goli lia liya lina 3la m3a 3nd 3ndi khdit khasni khassni tan kan machi mabghawch mawslnich kifach kifash
  afak 3afak allah lah inchallah chokran choukran khoya sidi lalla drari wlad wladi rajli khti bnti weldi hit kolchi nhar chhar
  ch7al mab9ach mabqach mea dar darija smiti smiyti katb mchit mchina gal sir jit wsel wsl bla hta 7ta tani lmochkil mochkil mouchkil`);
const tamazight = set('azul tanemmirt tanmmirt tanmirt nkki nekki nkkni idrimn idrimen manik matta maymmi mayemmi tamazight ghiklli iggut ufighd');

const isAddress = (chunk: string): boolean => chunk.includes('@') || chunk.includes('://') || chunk.startsWith('www.');

/** A figure used as a letter, as in 3lach or mo9ata3a; not 3eme, h24, covid19, ab123456. */
const hasArabiziDigit = (word: string): boolean =>
  /[a-z]/.test(word) && /[235789]/.test(word) && !/[0-9]{2}/.test(word) && /[a-z].*[a-z]/.test(word) &&
  !/^[0-9](?:eme|er|e|nd|rd|th|st|h|km|mois|ans|ieme|x)$/.test(word);

const scriptOf = (word: string): Script =>
  /\p{Script=Arabic}/u.test(word) ? 'arabic' : /\p{Script=Tifinagh}/u.test(word) ? 'tifinagh' : /\p{Script=Latin}/u.test(word) ? 'latin' : 'none';

/**
 * The language of a citizen's text: script first, then, in Latin letters, the words that have no topic. Darija in Latin
 * letters (Arabizi) counts as Arabic. Latin letters that say nothing count as French, Morocco's other written language;
 * no letters at all as Arabic.
 */
export const detectLanguage = (text: string): DetectedLanguage => {
  const list = words(text.split(/\s+/u).filter((chunk) => !isAddress(chunk)).join(' '));
  const count: Record<Script, number> = { arabic: 0, latin: 0, tifinagh: 0, none: 0 };
  for (const word of list) count[scriptOf(word)] += 1;
  if (count.arabic + count.latin + count.tifinagh === 0) return { language: 'ar', script: 'none', arabizi: false };
  if (count.tifinagh > count.arabic && count.tifinagh > count.latin) return { language: 'zgh', script: 'tifinagh', arabizi: false };
  if (count.arabic >= count.latin) return { language: 'ar', script: 'arabic', arabizi: false };

  const of = (sign: (word: string) => boolean): number => list.filter(sign).length;
  const score = {
    arabizi: of((word) => darija.has(word)) + 2 * of(hasArabiziDigit),
    fr: of((word) => french.has(word)),
    en: of((word) => english.has(word)),
    zgh: 3 * of((word) => tamazight.has(word)),
  };
  if (score.arabizi > Math.max(score.fr, score.en, score.zgh)) return { language: 'ar', script: 'latin', arabizi: true };
  if (score.zgh > Math.max(score.fr, score.en)) return { language: 'zgh', script: 'latin', arabizi: false };
  return { language: score.en > score.fr ? 'en' : 'fr', script: 'latin', arabizi: false };
};
