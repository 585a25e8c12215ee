import { Paper, Text, Title } from '@mantine/core';
import { useFormats, useTexts } from '#console/language';
import { useReadings } from '#console/queries';

/** Who read the case, for whoever answers for the centre. */
export function CaseReaders({ id }: { id: string }) {
  const { case: words } = useTexts();
  const formats = useFormats();
  const { data = [] } = useReadings(id);
  return (
    <Paper withBorder p="sm" mt="sm">
      <Title order={2} size="h6" mb="xs">{words.readings}</Title>
      {data.map(({ at, reader, why, attachmentId }) => (
        <Text size="sm" key={at + reader + attachmentId}><bdi>{reader}</bdi> · {words.why[why]}{attachmentId !== undefined && <> · {words.openedFile}</>} · <bdi>{formats.instant(at)}</bdi></Text>
      ))}
    </Paper>
  );
}
