import { Badge } from '@mantine/core';
import { useFormats, useTexts } from '#console/language';
import { useCallbacksWaiting } from './queries.ts';

/** How many wait to be called, beside the link to them; nothing while nobody does. */
export function WaitingBadge() {
  const { callbacks: words } = useTexts();
  const formats = useFormats();
  const { data: waiting = 0 } = useCallbacksWaiting();
  if (waiting === 0) return null;
  const count = formats.number(waiting);
  return <Badge color="orange" ms={6} role="img" aria-label={words.badge(count)}>{count}</Badge>;
}
