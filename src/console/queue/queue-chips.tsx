import { Chip, Group } from '@mantine/core';
import type { QueueView } from '#contract/staff';
import { useFormats, useLanguage, useTexts } from '#console/language';

export function QueueChips({ queues, chosen, choose }: {
  queues: readonly QueueView[];
  chosen: string | undefined;
  choose: (queue: string | undefined) => void;
}) {
  const texts = useTexts();
  const language = useLanguage();
  const formats = useFormats();
  const total = queues.reduce((sum, one) => sum + one.waiting, 0);
  return (
    <Chip.Group multiple={false} value={chosen ?? ''} onChange={(value) => choose(value || undefined)}>
      <Group gap="xs" role="group" aria-label={texts.queue.queues}>
        <Chip value="" variant="light">{texts.queue.all} <bdi>({formats.number(total)})</bdi></Chip>
        {queues.map((one) => (
          <Chip key={one.id} value={one.id} variant="light">
            <bdi>{one.names[language] ?? one.name}</bdi> <bdi>({formats.number(one.waiting)})</bdi>
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}
