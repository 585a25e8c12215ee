import { Alert, Button, Group, Text, Title } from '@mantine/core';
import type { Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { useCases } from '#console/queries';
import { CaseTable } from './case-table.tsx';

const all = { queue: undefined, mine: false, state: undefined };

/** A partner's cases: those that the line referred to its organisation. */
export function ReferredList({ me }: { me: Me }) {
  const texts = useTexts();
  const cases = useCases(all);
  const items = cases.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <Title order={1} size="h3" mb="md">{texts.refer.heading}</Title>
      {cases.error && <Alert color="red" role="alert" p="xs" mb="xs">{problemText(cases.error, texts)}</Alert>}
      {items && items.length > 0 && <CaseTable items={items} me={me} />}
      {items?.length === 0 && <Text p="xl" ta="center" c="dimmed">{texts.refer.empty}</Text>}
      {cases.isPending && <Text p="xl" ta="center">{texts.loading}</Text>}
      {cases.hasNextPage && (
        <Group justify="center" p="md">
          <Button variant="default" loading={cases.isFetchingNextPage} onClick={() => void cases.fetchNextPage()}>{texts.queue.more}</Button>
        </Group>
      )}
    </>
  );
}
