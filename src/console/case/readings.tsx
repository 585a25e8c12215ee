import { Paper, Text, Title } from '@mantine/core';
import { useFormats, useTexts } from '#console/language';
import { useReadings } from '#console/queries';
import { withMarksShown } from '#ui/marks';

/** Who saw what of the case, for whoever answers for the centre. */
export function CaseReaders({ id }: { id: string }) {
  const { case: words } = useTexts();
  const formats = useFormats();
  const { data = [] } = useReadings(id);
  return (
    <Paper withBorder p="sm" mt="sm">
      <Title order={2} size="h6" mb="xs">{words.readings}</Title>
      {data.map(({ at, reader, what, why, reason, attachmentId }) => (
        <Text size="sm" key={at + reader + what + attachmentId}>
          <bdi>{reader}</bdi> · {words.sightings[what]}{why !== null && <> · {words.why[why]}</>} · <bdi>{formats.instant(at)}</bdi>
          {reason !== null && <> · <bdi>{withMarksShown(reason)}</bdi></>}
        </Text>
      ))}
    </Paper>
  );
}
