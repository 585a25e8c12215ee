import { Text, TextInput } from '@mantine/core';
import { useFormats, useTexts } from '#console/language';
import type { useByReference } from '#console/queries';
import { withFilesNamed } from '#ui/files';
import { withMarksShown } from '#ui/marks';

/** The reference of the case with which this one is handled; what it is, is shown before anything is done. */
export function MergeInto({ typed, setTyped, found }: { typed: string; setTyped: (typed: string) => void; found: ReturnType<typeof useByReference> }) {
  const { attachment, merge: texts, statuses } = useTexts();
  const formats = useFormats();
  return (
    <>
      <TextInput label={texts.into} description={texts.how} required withAsterisk={false} dir="ltr" inputMode="numeric" autoComplete="off" maxLength={40}
        value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      <div aria-live="polite">
        {found.data === null && <Text size="sm">{texts.nothing}</Text>}
        {found.data && (
          <Text size="sm">
            <bdi dir="ltr">{formats.reference(found.data.reference)}</bdi> · {statuses[found.data.status]} · <bdi>{withMarksShown(found.data.citizen.name ?? texts.noName)}</bdi>
            {' · '}<bdi>{withMarksShown(withFilesNamed(found.data.preview, attachment.kinds))}</bdi>
          </Text>
        )}
      </div>
    </>
  );
}
