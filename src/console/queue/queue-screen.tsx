import { Alert, Button, Checkbox, Group, NativeSelect, Text, Title } from '@mantine/core';
import type { Me, QueueView } from '#contract/staff';
import { finalStatuses } from '#contract/words';
import { useFormats, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { useCases, useNextCase, useQueues, type CaseFilter } from '#console/queries';
import { go } from '#console/router';
import { CaseTable } from './case-table.tsx';
import { QueueChips } from './queue-chips.tsx';

const ended = ['resolved', ...finalStatuses] as const;

/** What waits, and the one button that gives an operator the next case. */
export function QueueScreen({ me, filter, change }: { me: Me; filter: CaseFilter; change: (filter: CaseFilter) => void }) {
  const texts = useTexts();
  const formats = useFormats();
  const queues = useQueues();
  const cases = useCases(filter);
  const items = cases.data?.pages.flatMap((page) => page.items);
  const shown = (queues.data ?? []).filter((one) => filter.queue === undefined || one.id === filter.queue);

  return (
    <>
      <Group justify="space-between" mb="md">
        <Group gap="lg">
          <Title order={1} size="h3">{texts.queue.heading}</Title>
          <Text role="status" size="lg">
            {queues.data && texts.queue.waiting(formats.number(shown.reduce((sum, one) => sum + one.waiting, 0)))}
          </Text>
        </Group>
        <NextButton queues={shown} />
      </Group>
      <Group justify="space-between" mb="sm">
        <QueueChips queues={queues.data ?? []} chosen={filter.queue} choose={(queue) => change({ ...filter, queue })} />
        <Group>
          <Checkbox className="target" label={texts.queue.mine} checked={filter.mine}
            onChange={(event) => change({ ...filter, mine: event.currentTarget.checked })} />
          <NativeSelect aria-label={texts.queue.columns.status} value={filter.state ?? ''}
            onChange={(event) => change({ ...filter, state: ended.find((state) => state === event.currentTarget.value) })}
            data={[{ value: '', label: texts.queue.open }, ...ended.map((value) => ({ value, label: texts.statuses[value] }))]} />
        </Group>
      </Group>
      <Failure error={queues.error ?? cases.error} />
      {items && <CaseTable items={items} me={me} />}
      {items?.length === 0 && <Text p="xl" ta="center" c="dimmed">{texts.queue.empty}</Text>}
      {!items && cases.isPending && <Text p="xl" ta="center">{texts.loading}</Text>}
      {cases.hasNextPage && (
        <Group justify="center" p="md">
          <Button variant="default" loading={cases.isFetchingNextPage} onClick={() => void cases.fetchNextPage()}>
            {texts.queue.more}
          </Button>
        </Group>
      )}
    </>
  );
}

function NextButton({ queues }: { queues: readonly QueueView[] }) {
  const texts = useTexts();
  const next = useNextCase();
  // A count may be a moment old, so a queue said to be empty is still asked, last.
  const order = queues.toSorted((one, other) => Number(other.waiting > 0) - Number(one.waiting > 0)).map((one) => one.id);
  const take = () => next.mutate(order, { onSuccess: (taken) => taken && go({ screen: 'case', id: taken.id }) });
  return (
    <Group>
      <span role="status">{next.data === null && <Text>{texts.queue.nothingWaits}</Text>}</span>
      <Failure error={next.error} />
      <Button size="lg" loading={next.isPending} disabled={order.length === 0} onClick={take}>{texts.queue.next}</Button>
    </Group>
  );
}

function Failure({ error }: { error: Error | null }) {
  const texts = useTexts();
  return error && <Alert color="red" role="alert" p="xs" mb="xs">{problemText(error, texts)}</Alert>;
}
