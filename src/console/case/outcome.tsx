import { Alert, Button, Group, Text } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import type { useCaseAction } from '#console/queries';
import type { Seen } from '#console/use-draft';

type Run = Pick<ReturnType<typeof useCaseAction>, 'error' | 'isPending' | 'isSuccess' | 'reset'>;

/**
 * What became of an action: done, or refused and why; and, for words that rest on an older case (`seen`), that it is to
 * be looked at again. What was written stays in its form until it is done.
 */
export function Outcome({ of, seen }: { of: Run; seen?: Seen }) {
  const texts = useTexts();
  const confirm = (event: MouseEvent<HTMLButtonElement>) => {
    of.reset();
    seen?.confirm();
    // The button goes away; the person goes on with what they were writing.
    event.currentTarget.form?.querySelector('textarea')?.focus();
  };
  return (
    <div aria-live="polite">
      {seen?.changed && !of.isPending ? (
        <Alert color="orange" p="xs">
          <Group justify="space-between">
            <Text size="sm">{texts.case.changed}</Text>
            <Button variant="default" onClick={confirm}>{texts.case.reviewed}</Button>
          </Group>
        </Alert>
      ) : of.error && <Alert color="orange" p="xs">{problemText(of.error, texts)}</Alert>}
      {of.isSuccess && <Text size="sm" p="xs">{texts.case.done}</Text>}
    </div>
  );
}
