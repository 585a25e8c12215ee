import { Alert, Anchor, Button, Group, Table, Text, Title } from '@mantine/core';
import type { Callback } from '#contract/callbacks';
import type { Me } from '#contract/staff';
import { ApiProblem } from '#console/api';
import { useFormats, useTexts } from '#console/language';
import { useNow } from '#console/now';
import { problemText } from '#console/problems';
import { linkTo } from '#console/router';
import { useCallbackAct, useCallbacks } from './queries.ts';

type Act = ReturnType<typeof useCallbackAct>;

/** Who waits to be called, the longest wait first; whoever takes one calls. */
export function CallbacksScreen({ me }: { me: Me }) {
  const texts = useTexts();
  const { callbacks: words } = texts;
  const formats = useFormats();
  const callbacks = useCallbacks();
  const act = useCallbackAct();
  const items = callbacks.data?.pages.flatMap((page) => page.items);
  const refused = act.error instanceof ApiProblem ? words.problems[act.error.code] : undefined;
  return (
    <>
      <Group gap="lg" mb="md">
        <Title order={1} size="h3">{words.heading}</Title>
        <Text role="status" size="lg">{callbacks.data && words.waiting(formats.number(callbacks.data.pages[0]?.waiting ?? 0))}</Text>
      </Group>
      <Text size="sm" mb="md" className="how">{words.how} {me.telephone ? words.byBrowser : words.byHand}</Text>
      {callbacks.error && <Alert color="red" role="alert" mb="md">{problemText(callbacks.error, texts)}</Alert>}
      {act.error && <Alert color="red" role="alert" mb="md">{refused ?? problemText(act.error, texts)}</Alert>}
      <Text role="status" mb="xs">{act.data && (act.variables.act === 'take' ? words.took : words.ended)(formats.reference(act.data.reference))}</Text>
      {items && items.length > 0 && <CallbackTable items={items} me={me} act={act} />}
      {items?.length === 0 && <Text p="xl" ta="center" c="dimmed">{words.empty}</Text>}
      {callbacks.isPending && <Text p="xl" ta="center">{texts.loading}</Text>}
      {callbacks.hasNextPage && (
        <Group justify="center" p="md">
          <Button variant="default" loading={callbacks.isFetchingNextPage} onClick={() => void callbacks.fetchNextPage()}>{words.more}</Button>
        </Group>
      )}
    </>
  );
}

function CallbackTable({ items, me, act }: { items: readonly Callback[]; me: Me; act: Act }) {
  const { callbacks: words } = useTexts();
  const now = useNow();
  return (
    <Table.ScrollContainer minWidth={900} tabIndex={0} aria-label={words.heading} role="region">
      <Table className="report" verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>{Object.entries(words.columns).map(([key, head]) => <Table.Th key={key} scope="col">{head}</Table.Th>)}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>{items.map((one) => <Row key={one.id} one={one} me={me} act={act} now={now} />)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ one, me, act, now }: { one: Callback; me: Me; act: Act; now: number }) {
  const texts = useTexts();
  const { callbacks: words } = texts;
  const formats = useFormats();
  const reference = formats.reference(one.reference);
  const { takenBy } = one;
  const mine = takenBy?.id === me.id;
  // A supervisor takes over, or ends, what a colleague took.
  const over = takenBy !== null && !mine && me.role === 'supervisor';
  const does = (what: 'take' | 'done') => ({ loading: act.isPending && act.variables.id === one.id && act.variables.act === what, onClick: () => act.mutate({ id: one.id, act: what }) });
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <bdi dir="ltr">{one.phone ?? words.noPhone}</bdi>
        {one.language !== null && <Text size="xs" c="dimmed">{texts.languages[one.language]}</Text>}
      </Table.Th>
      <Table.Td>
        <Anchor {...linkTo({ screen: 'case', id: one.caseId })} fw={600} className="target"><bdi dir="ltr">{reference}</bdi></Anchor>
        <Text size="xs" c="dimmed">{texts.kinds[one.kind]}</Text>
      </Table.Td>
      <Table.Td><time dateTime={one.requestedAt} title={formats.instant(one.requestedAt)}>{formats.ago(one.requestedAt, now)}</time></Table.Td>
      <Table.Td>{formats.number(one.attempts)}</Table.Td>
      <Table.Td>{one.nextAt === null ? words.noNext : <bdi>{formats.instant(one.nextAt)}</bdi>}</Table.Td>
      <Table.Td>{takenBy === null ? words.free : takenBy.id === me.id ? words.me : <bdi>{takenBy.name}</bdi>}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {(takenBy === null || over) && <Button variant={over ? 'default' : 'filled'} aria-label={words.takeOf(reference)} {...does('take')}>{words.take}</Button>}
          {mine && me.telephone && <Button variant="default" aria-label={words.againOf(reference)} {...does('take')}>{words.again}</Button>}
          {(mine || over) && <Button aria-label={words.doneOf(reference)} {...does('done')}>{words.done}</Button>}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
