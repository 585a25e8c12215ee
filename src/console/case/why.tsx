import { Textarea } from '@mantine/core';
import { useTexts } from '#console/language';

/** Why something is done about a citizen's data; it is kept with what was done. */
export function Why({ reason, setReason }: { reason: string; setReason: (reason: string) => void }) {
  const { rights: words } = useTexts().privacy;
  return (
    <Textarea label={words.reason} autosize minRows={2} maxRows={8} maxLength={1000} required withAsterisk={false}
      value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
  );
}
