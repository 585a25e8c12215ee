import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { ErasureReason } from '#contract/rights';
import type { CaseDetail } from '#contract/staff';
import { Status } from '#contract/words';
import { useFormats, useTexts } from '#console/language';
import { deliveryColour } from '#console/looks';
import { withFilesNamed } from '#ui/files';
import { withMarksShown } from '#ui/marks';
import { Attachments } from './attachments.tsx';
import { Attempts } from './attempts.tsx';
import { entriesOf, type Entry } from './entries.ts';

export function Story({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  return (
    <section aria-labelledby="story">
      <Title order={2} size="h5" id="story" mb="xs">{texts.case.story}</Title>
      <Stack component="ol" gap="xs" className="story">
        {entriesOf(one).map((entry, index) => (
          <li key={entry.is === 'message' ? entry.message.id : `${entry.is} ${entry.at} ${index}`}><StoryEntry one={one} entry={entry} /></li>
        ))}
      </Stack>
    </section>
  );
}

function StoryEntry({ one, entry }: { one: CaseDetail; entry: Entry }) {
  if (entry.is === 'message') return <Message one={one} message={entry.message} />;
  return entry.is === 'note' ? <Note note={entry.note} /> : <Fact event={entry.event} />;
}

function Message({ one, message }: { one: CaseDetail; message: CaseDetail['messages'][number] }) {
  const texts = useTexts();
  const inbound = message.direction === 'in';
  return (
    <Paper withBorder p="sm" className={inbound ? 'message-in' : 'message-out'}>
      <Group gap="xs" mb={4}>
        <Text fw={600} size="sm">{inbound ? texts.case.fromCitizen : <bdi>{message.author ?? texts.case.fromLine}</bdi>}</Text>
        <Text size="sm">{texts.messageKinds[message.kind]} · {texts.channels[message.channel]}</Text>
        {!inbound && (
          <Badge color={deliveryColour(message.state)}>
            {texts.messageStates[message.state]}
            {message.errorCode && <> · {texts.case.withheldFor[message.errorCode] ?? texts.case.error(message.errorCode)}</>}
          </Badge>
        )}
        <When at={message.at} />
      </Group>
      <Text className="words" dir="auto">{withMarksShown(withFilesNamed(message.text, texts.attachment.kinds))}</Text>
      <Attempts message={message} />
      <Attachments caseId={one.id} attachments={one.attachments.filter(({ messageId }) => messageId === message.id)} />
    </Paper>
  );
}

function Note({ note }: { note: CaseDetail['notes'][number] }) {
  const texts = useTexts();
  return (
    <Paper withBorder p="sm" className="note">
      <Group gap="xs" mb={4}>
        <Text fw={600} size="sm">{texts.case.note}</Text>
        {note.author && <Text size="sm"><bdi>{note.author}</bdi></Text>}
        <When at={note.at} />
      </Group>
      <Text className="words" dir="auto">{withMarksShown(note.text)}</Text>
    </Paper>
  );
}

function Fact({ event }: { event: CaseDetail['events'][number] }) {
  const texts = useTexts();
  const known: Record<string, string> = texts.events;
  const actors: Record<string, string> = texts.actors;
  const status = Status.safeParse(event.data['to'] ?? event.data['status']);
  const reason = ErasureReason.safeParse(event.data['reason']);
  return (
    <Group gap="xs" px="sm" className="fact">
      <Text size="sm">
        {known[event.type] ?? <bdi>{event.type}</bdi>}
        {status.success && <> · {texts.statuses[status.data]}</>}
        {reason.success && <> · {texts.privacy.rights.erase.reasons[reason.data]}</>}
      </Text>
      <Text size="sm"><bdi>{actors[event.actor] ?? event.actor}</bdi></Text>
      <When at={event.at} />
    </Group>
  );
}

function When({ at }: { at: string }) {
  const formats = useFormats();
  return <Text size="xs" className="when"><time dateTime={at}><bdi>{formats.instant(at)}</bdi></time></Text>;
}
