import { Button, Stack, Textarea } from '@mantine/core';
import type { FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { useTexts } from '#console/language';
import { useCaseAction } from '#console/queries';
import { useDraft, useSeen } from '#console/use-draft';
import { Outcome } from './outcome.tsx';

export function NoteForm({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const [text, setText] = useDraft(one, 'note');
  const seen = useSeen(one);
  const note = useCaseAction(one.id, 'note');
  const save = (event: FormEvent) => {
    event.preventDefault();
    note.mutate({ verb: 'note', version: seen.version, text });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={save}>
      <Textarea label={texts.act.noteLabel} autosize minRows={3} maxRows={14} maxLength={5000} required
        withAsterisk={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Button type="submit" className="submit" loading={note.isPending} disabled={!text.trim() || seen.changed}>
        {texts.act.noteSubmit}
      </Button>
      <Outcome of={note} seen={seen} />
    </Stack>
  );
}
