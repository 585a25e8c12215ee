import { Button, Stack, Textarea } from '@mantine/core';
import type { FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { Outcome } from './outcome.tsx';
import { useTexts } from '#console/language';
import { useCaseAction } from '#console/queries';
import { go } from '#console/router';
import { useDraft, useSeen } from '#console/use-draft';

/** What a partner writes to the centre: a note, or the answer with which the case goes back. */
export function AnswerForm({ one, verb }: { one: CaseDetail; verb: 'note' | 'answer' }) {
  const texts = useTexts();
  const field = verb === 'note' ? 'note' : 'reply';
  const [text, setText] = useDraft(one, field);
  const seen = useSeen(one);
  const run = useCaseAction(one.id, field);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate({ verb, version: seen.version, text }, { onSuccess: () => verb === 'answer' && go({ screen: 'queue' }) });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Textarea label={verb === 'note' ? texts.refer.noteLabel : texts.refer.answerLabel} autosize minRows={3} maxRows={14} maxLength={5000} required
        withAsterisk={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Button type="submit" className="submit" loading={run.isPending} disabled={!text.trim() || seen.changed}>
        {verb === 'note' ? texts.act.noteSubmit : texts.refer.answerSubmit}
      </Button>
      <Outcome of={run} seen={seen} />
    </Stack>
  );
}
