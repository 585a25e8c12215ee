import type { Due } from './due.ts';
import { useFormats, useTexts } from './language.ts';

/** Words for how a case stands to its legal date. */
export function useDueText(): (due: Due) => string {
  const texts = useTexts();
  const formats = useFormats();
  return ({ days }) =>
    days === 0 ? texts.due.today : days < 0 ? texts.due.late(formats.days(-days)) : texts.due.left(formats.days(days));
}
