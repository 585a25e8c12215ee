import { Text } from '@mantine/core';
import type { CaseDetail } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';

/** How a message was handed to its provider, told only where that did not simply go well; and when it is tried next. */
export function Attempts({ message }: { message: CaseDetail['messages'][number] }) {
  const { sending } = useTexts();
  const formats = useFormats();
  const { attempts, nextTryAt } = message;
  if (nextTryAt === null && attempts.every(({ outcome, code }) => outcome === 'accepted' && code === null)) return null;
  return (
    <ul aria-label={sending.label} className="people">
      {attempts.map(({ at, outcome, class: why, code }) => (
        <li key={at}>
          <time dateTime={at}><bdi>{formats.instant(at)}</bdi></time>{' · '}
          {outcome === null ? sending.underWay : sending.outcomes[outcome]}
          {why && <> · {sending.classes[why]}</>}
          {code && <> · <bdi>{sending.code(code)}</bdi></>}
        </li>
      ))}
      {nextTryAt && <li><Text span fw={600} size="sm">{sending.next(formats.instant(nextTryAt))}</Text></li>}
    </ul>
  );
}
