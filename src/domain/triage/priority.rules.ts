import type { Kind, Priority } from '#contract/words';
import { detectLanguage } from './language.rules.ts';
import { contains, formsOf, lexiconOf } from './lexicon.rules.ts';
import lexicon from './lexicon.json' with { type: 'json' };

type PriorityReason = 'danger' | 'vital_care' | 'destitution' | 'integrity' | 'cut_off' | 'vulnerable' | 'routine';

const danger = lexiconOf(lexicon.danger);
const vital = lexiconOf(lexicon.vital);
const destitute = lexiconOf(lexicon.destitute);
const vulnerable = lexiconOf(lexicon.vulnerable);

const cutOff = new Set(['PAY.STOPPED', 'HEALTH.CLOSED', 'HEALTH.CARE']);
/** Evidence fades and more people are caught while these wait. */
const spreading = new Set(['FAIR.BRIBE', 'FAIR.SCAM', 'FAIR.PRIVACY']);

/** Whether a text speaks of threat, violence or self-harm, in any spelling. */
export const namesDanger = (text: string): boolean => contains(formsOf(text, detectLanguage(text).arabizi), danger);

/**
 * Suggests how soon a case must be read, with the rule that says so. Urgent: somebody may be hurt, or care that keeps a
 * person alive is at stake, whatever the kind. High: a complaint from a person without income, care, roof or strength
 * to wait. A staff member may always change it.
 */
export const suggestPriority = (matter: {
  kind: Kind;
  category: string;
  subcategory: string | null;
  text: string;
}): { priority: Priority; reason: PriorityReason } => {
  const forms = formsOf(matter.text, detectLanguage(matter.text).arabizi);
  if (contains(forms, danger)) return { priority: 'urgent', reason: 'danger' };
  if (matter.category === 'HEALTH' && contains(forms, vital)) return { priority: 'urgent', reason: 'vital_care' };
  if (matter.kind !== 'complaint') return { priority: 'normal', reason: 'routine' };
  if (contains(forms, destitute)) return { priority: 'high', reason: 'destitution' };
  if (matter.subcategory !== null && spreading.has(matter.subcategory)) return { priority: 'high', reason: 'integrity' };
  if (matter.subcategory !== null && cutOff.has(matter.subcategory)) return { priority: 'high', reason: 'cut_off' };
  if (contains(forms, vulnerable)) return { priority: 'high', reason: 'vulnerable' };
  return { priority: 'normal', reason: 'routine' };
};
