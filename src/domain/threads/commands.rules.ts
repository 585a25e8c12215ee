import type { Language } from '#contract/words';
import { parseReference } from '#lib/reference';
import { words } from '#domain/triage/normalise.rules';

/**
 * What a citizen can ask of the line itself. `stop`: no more automatic messages; `start` undoes it. `status` needs a reference;
 * without one we ask for it, as telling a number of its cases would tell whoever shares the phone.
 */
type CommandName = 'stop' | 'start' | 'help' | 'status' | 'new' | 'human' | 'reopen';
export type Command = { name: CommandName; language: Language | null; reference?: string };

/**
 * Whole messages, as people type them, in any spelling that `words` makes one. English words that carriers reserve
 * (STOP, START, HELP) say nothing of who writes; the others tell the language of the answer.
 */
const lists: Record<CommandName, Partial<Record<Language | 'any', string[]>>> = {
  stop: { any: ['stop', 'stopall', 'unsubscribe', 'optout'], fr: ['arret', 'arreter', 'desabonner', 'desinscrire', 'desinscription'], ar: ['توقف', 'وقف', 'ايقاف', 'الغاء الاشتراك', 'حبس', '7bes', 'hbes'], zgh: ['ⴱⴷⴷ'] },
  start: { any: ['start', 'unstop'], fr: ['reprendre', 'reabonner'], ar: ['ابدا', 'ابدء', 'استئناف', 'bda'], zgh: ['ⵙⵙⵏⵜⵉ'] },
  help: { fr: ['aide', 'info', 'infos'], ar: ['مساعده', 'المساعده', 'عاونوني', '3awnoni', 'mosa3ada'], en: ['help'], zgh: ['ⵜⵉⵡⵉⵙⵉ', 'tiwisi'] },
  status: { fr: ['suivi', 'suivre', 'etat', 'statut'], ar: ['تتبع', 'تتبع الملف', 'وصل', 'فين وصل', 'fin wsel', 'tatabo3'], en: ['status', 'track'], zgh: ['ⴰⴹⴼⴰⵕ'] },
  new: { fr: ['nouveau', 'nouvelle', 'nouvelle demande', 'nouvelle reclamation'], ar: ['جديد', 'جديده', 'شكايه جديده', 'طلب جديد', 'jdid', 'jdida'], en: ['new'], zgh: ['ⴰⵎⴰⵢⵏⵓ', 'amaynu'] },
  human: { fr: ['agent', 'conseiller', 'humain', 'appel', 'rappel', 'rappelez moi'], ar: ['موظف', 'موظفه', 'اتصلوا بي', 'عيطو ليا', '3ayto liya'], en: ['operator', 'human', 'call me'], zgh: ['ⴰⵎⵙⵡⵓⵔⵉ'] },
  reopen: { fr: ['rouvrir', 'reouvrir', 'reouverture'], ar: ['اعاده فتح', 'اعاده الفتح', 'فتح الملف'], en: ['reopen'], zgh: ['ⵔⵥⵎ'] },
};

const names: readonly CommandName[] = ['stop', 'start', 'help', 'status', 'new', 'human', 'reopen'];
const spelled = (text: string): string => words(text).join(' ');

const known = new Map<string, Command>(
  names.flatMap((name) =>
    Object.entries(lists[name]).flatMap(([language, list]) =>
      list.map((text): [string, Command] => [spelled(text), { name, language: language === 'any' ? null : (language as Language) }]),
    ),
  ),
);

const withReference: ReadonlySet<CommandName> = new Set(['status', 'reopen']);

/**
 * The command that a text is, as a whole: a complaint that begins with "stop" is a complaint. A word and a reference together
 * ask about that case. A lone question mark, or nothing at all, asks for help.
 */
export const commandOf = (text: string): Command | null => {
  const list = words(text);
  if (list.length === 0) return /^[\s?؟!.]*$/u.test(text) ? { name: 'help', language: null } : null;
  if (list.length > 8) return null;
  const command = known.get(list.join(' '));
  if (command) return command;
  const digits = list.filter((word) => /^\d+$/.test(word)).join('');
  const rest = list.filter((word) => !/^\d+$/.test(word)).join(' ');
  const named = known.get(rest);
  // A mistyped number is still a question about a case, and no matter of its own.
  return named && digits !== '' && withReference.has(named.name) ? { ...named, reference: parseReference(digits) ?? digits } : null;
};

const yes = new Set(['1', 'نعم', 'اه', 'ايه', 'اييه', 'واخا', 'oui', 'ouais', 'yes', 'ok', 'ah', 'iyeh', 'iyyeh', 'wakha', 'na3am', 'yah', 'ⵢⴰⵀ'].map(spelled));
const no = new Set(['2', 'لا', 'لالا', 'non', 'no', 'la', 'lala', 'ⵓⵀⵓ', 'uhu'].map(spelled));

/** A yes or no, as 1 and 2 or in words; null for anything else. */
export const yesOrNo = (text: string): boolean | null => {
  const said = spelled(text);
  return yes.has(said) ? true : no.has(said) ? false : null;
};

/** A lone number from 1 to `most`, in any digits; null for anything else. */
export const choiceOf = (text: string, most: number): number | null => {
  const said = spelled(text);
  return /^\d{1,2}$/.test(said) && Number(said) >= 1 && Number(said) <= most ? Number(said) : null;
};

const thanks = new Set(
  words(`شكرا شكر مشكور مشكورين بارك الله فيكم فيك حفظكم جزاكم خيرا خير الحمد لله تمام مزيان صافي واخا نعم لا اوك
    merci bien beaucoup bcp ok d accord parfait oui non bonne journee choukran chokran shukran lah lhamdolillah mzyan safi wakha
    thanks thank you very much good no yes tanemmirt`),
);

/** Whether a text only thanks or agrees: it opens no new matter. */
export const isThanks = (text: string): boolean => {
  const list = words(text);
  return list.length > 0 && list.length <= 8 && list.every((word) => thanks.has(word));
};
