import { Alert, Badge, Table, Text, Title } from '@mantine/core';
import type { ChannelHealth, ChannelState } from '#contract/channels';
import { useFormats, useTexts } from '#console/language';
import { useNow } from '#console/now';
import { problemText } from '#console/problems';
import { useChannels } from './queries.ts';

type Figures = NonNullable<ChannelHealth['figures']>;

const colours: Record<ChannelState, string> = { ok: 'teal', degraded: 'orange', down: 'red', deaf: 'red' };

/** How each channel of the line is, for those who have it mended. */
export function ChannelsScreen() {
  const texts = useTexts();
  const { channelHealth: words } = texts;
  const channels = useChannels();
  const { columns } = words;
  return (
    <>
      <Title order={1} size="h3" mb="md">{words.heading}</Title>
      <Text size="sm" mb="md" className="how">{words.how}</Text>
      {channels.error && <Alert color="red" role="alert" mb="md">{problemText(channels.error, texts)}</Alert>}
      {channels.isPending && <Text p="xl">{texts.loading}</Text>}
      {channels.data?.length === 0 && <Text p="xl" ta="center">{words.empty}</Text>}
      {channels.data && channels.data.length > 0 && (
        <Table.ScrollContainer minWidth={900} tabIndex={0} aria-label={words.heading} role="region">
          <Table className="report" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                {[columns.channel, columns.state, columns.seen, columns.checked, columns.lastHour, columns.queued, columns.received, columns.reconciled].map((head) => <Table.Th key={head} scope="col">{head}</Table.Th>)}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {channels.data.map((one) => one.figures && <Row key={one.channel + one.figures.account} one={one} figures={one.figures} />)}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

function Row({ one: { channel, state, since, lastSeenAt }, figures }: { one: ChannelHealth; figures: Figures }) {
  const { channelHealth: words } = useTexts();
  const formats = useFormats();
  const now = useNow();
  const ago = (at: string | null): string => (at ? formats.ago(at, now) : words.never);
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {words.names[channel]}
        <Text size="xs" c="dimmed"><bdi dir="ltr">{figures.account}</bdi></Text>
      </Table.Th>
      <Table.Td>
        <Badge color={colours[state]}>{words.states[state]}</Badge>
        {since !== null && <Text size="xs">{words.since(formats.instant(since))}</Text>}
      </Table.Td>
      <Table.Td>
        {ago(lastSeenAt)}
        {figures.carriedAt !== null && <Text size="xs">{words.carried(formats.ago(figures.carriedAt, now))}</Text>}
        {figures.unreturnedSince !== null && <Text size="xs">{words.unreturned(formats.instant(figures.unreturnedSince))}</Text>}
      </Table.Td>
      <Table.Td>
        {ago(figures.checkedAt)}
        {figures.checkedAt && <Text size="xs">{figures.code === null ? words.good : <bdi>{words.code(figures.code)}</bdi>}</Text>}
      </Table.Td>
      <Table.Td><LastHour lastHour={figures.lastHour} /></Table.Td>
      <Table.Td><Waiting waiting={figures.queued} now={now} what={channel === 'phone' ? words.waits.queued : null} /></Table.Td>
      <Table.Td><Waiting waiting={figures.received} now={now} what={channel === 'phone' ? words.waits.received : null} /></Table.Td>
      <Table.Td>{ago(figures.reconciledAt)}</Table.Td>
    </Table.Tr>
  );
}

function LastHour({ lastHour: { tried, failed } }: Pick<Figures, 'lastHour'>) {
  const { channelHealth: words } = useTexts();
  const formats = useFormats();
  return tried === 0 ? words.noneSent : (
    <>
      {formats.share(failed / tried)}
      <Text size="xs">{words.failed(formats.number(failed), formats.number(tried))}</Text>
    </>
  );
}

function Waiting({ waiting: { count, oldestAt }, now, what }: { waiting: Figures['queued']; now: number; what: string | null }) {
  const { channelHealth: words } = useTexts();
  const formats = useFormats();
  return (
    <>
      {formats.number(count)}
      {what !== null && <Text size="xs">{what}</Text>}
      {oldestAt !== null && <Text size="xs">{words.oldest(formats.ago(oldestAt, now))}</Text>}
    </>
  );
}
