import { Alert, Text } from '@mantine/core';
import type { useCaseAction } from '#console/queries';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';

/** What became of an action: done, or refused and why. What was written stays in its form until it is done. */
export function Outcome({ of }: { of: Pick<ReturnType<typeof useCaseAction>, 'error' | 'isSuccess'> }) {
  const texts = useTexts();
  return (
    <div aria-live="polite">
      {of.error && <Alert color="orange" p="xs">{problemText(of.error, texts)}</Alert>}
      {of.isSuccess && <Text size="sm" p="xs">{texts.case.done}</Text>}
    </div>
  );
}
