import { Alert, Badge, Button, Group, Table, Text, Title } from '@mantine/core';
import type { Me, OpenSession } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { useNow } from '#console/now';
import { problemText } from '#console/problems';
import { CentreSignOut } from './centre-sign-out.tsx';
import { useEndSessions, useSessions } from './queries.ts';

/** Where one is signed in, and how to end that; below it, for those who may, how to end a whole centre's. */
export function SessionsScreen({ me }: { me: Me }) {
  const texts = useTexts();
  const { sessions: words } = texts;
  const sessions = useSessions();
  const end = useEndSessions();
  const others = sessions.data?.some(({ current }) => !current);
  const problem = end.error ?? sessions.error;
  return (
    <>
      <Title order={2} size="h4" mb="xs">{words.heading}</Title>
      <Text size="sm" mb="md" className="how">{words.how}</Text>
      {problem && <Alert color="red" role="alert" mb="md">{problemText(problem, texts)}</Alert>}
      {sessions.isPending && <Text p="xl">{texts.loading}</Text>}
      {sessions.data && <SessionTable items={sessions.data} busy={end.isPending} endOne={(id) => end.mutate(id)} />}
      <Group my="md">
        {others === true && <Button variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>{words.endOthers}</Button>}
        <Text size="sm" role="status">{others === false && (end.isSuccess ? words.ended : words.onlyThis)}</Text>
      </Group>
      {(me.role === 'administrator' || me.role === 'supervisor') && <CentreSignOut me={me} />}
    </>
  );
}

function SessionTable({ items, busy, endOne }: { items: readonly OpenSession[]; busy: boolean; endOne: (id: string) => void }) {
  const { sessions: words } = useTexts();
  const formats = useFormats();
  const now = useNow();
  return (
    <Table className="sessions" aria-label={words.heading} verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words.opened}</Table.Th>
          <Table.Th>{words.lastSeen}</Table.Th>
          <Table.Th>{words.end}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map(({ id, createdAt, lastSeenAt, current }) => {
          const opened = formats.instant(createdAt);
          return (
            <Table.Tr key={id}>
              <Table.Td><time dateTime={createdAt}><bdi>{opened}</bdi></time></Table.Td>
              <Table.Td><time dateTime={lastSeenAt}>{formats.ago(lastSeenAt, now)}</time></Table.Td>
              <Table.Td>
                {current
                  ? <Badge>{words.here}</Badge>
                  : <Button variant="default" disabled={busy} aria-label={words.endOne(opened)} onClick={() => endOne(id)}>{words.end}</Button>}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
