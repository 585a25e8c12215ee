import { Button, Stack, Textarea } from '@mantine/core';
import type { FormEvent } from 'react';
import { useTexts } from '#console/language';
import { useCaseAction } from '#console/queries';
import { useDraft } from '#console/use-draft';
import { Outcome } from './outcome.tsx';

export function NoteForm({ id }: { id: string }) {
  const texts = useTexts();
  const [text, setText] = useDraft(id, 'note');
  const note = useCaseAction(id);
  const save = (event: FormEvent) => {
    event.preventDefault();
    note.mutate({ verb: 'note', text }, { onSuccess: () => setText('') });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={save}>
      <Textarea label={texts.act.noteLabel} dir="auto" autosize minRows={3} maxRows={14} maxLength={5000} required
        withAsterisk={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Button type="submit" className="submit" loading={note.isPending} disabled={!text.trim()}>{texts.act.noteSubmit}</Button>
      <Outcome of={note} />
    </Stack>
  );
}
