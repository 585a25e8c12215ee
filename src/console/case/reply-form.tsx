import { Button, Checkbox, Group, Stack, Textarea } from '@mantine/core';
import type { FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { useTexts } from '#console/language';
import { useCaseAction } from '#console/queries';
import { useDraft, useSeen } from '#console/use-draft';
import { Outcome } from './outcome.tsx';
import { replyChannel } from './reply-channel.ts';
import { SmsParts } from './sms-parts.tsx';

export function ReplyForm({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const [text, setText] = useDraft(one, 'reply');
  const [question, setQuestion] = useDraft(one, 'question');
  const seen = useSeen(one);
  const reply = useCaseAction(one.id, 'reply', 'question');
  const send = (event: FormEvent) => {
    event.preventDefault();
    reply.mutate({ verb: 'reply', version: seen.version, text, question: question !== '' });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={send}>
      <Textarea label={texts.act.replyLabel} description={texts.act.replyHelp(texts.channels[replyChannel(one)])} autosize
        minRows={4} maxRows={14} maxLength={1500} required withAsterisk={false} value={text}
        onChange={(event) => setText(event.currentTarget.value)} />
      <SmsParts one={one} text={text} />
      <Group justify="space-between">
        <Checkbox className="target" label={texts.act.question} checked={question !== ''}
          onChange={(event) => setQuestion(event.currentTarget.checked ? 'yes' : '')} />
        <Button type="submit" loading={reply.isPending} disabled={!text.trim() || seen.changed}>{texts.act.send}</Button>
      </Group>
      <Outcome of={reply} seen={seen} />
    </Stack>
  );
}
