import { Checkbox, Stack } from '@mantine/core';
import type { CaseDetail } from '#contract/staff';
import { useTexts } from '#console/language';
import { withFilesNamed } from '#ui/files';
import { withMarksShown } from '#ui/marks';
import { splittable } from './allowed.ts';

/** The texts that somebody else wrote from the same phone. */
export function SplitOff({ one, chosen, setChosen }: { one: CaseDetail; chosen: string[]; setChosen: (chosen: string[]) => void }) {
  const { attachment, split: texts } = useTexts();
  return (
    <Checkbox.Group label={texts.which} description={texts.how} value={chosen} onChange={setChosen}>
      <Stack gap="xs" mt="xs">
        {splittable(one).map(({ id, text }) => <Checkbox key={id} value={id} label={<bdi className="words">{withMarksShown(withFilesNamed(text, attachment.kinds))}</bdi>} />)}
      </Stack>
    </Checkbox.Group>
  );
}
