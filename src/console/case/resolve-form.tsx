import { Button, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { outcomes } from '#contract/words';
import { useTexts } from '#console/language';
import { useCaseAction } from '#console/queries';
import { useDraft, useSeen } from '#console/use-draft';
import { Outcome } from './outcome.tsx';
import { SmsParts } from './sms-parts.tsx';

export function ResolveForm({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const [text, setText] = useDraft(one, 'resolution');
  const [chosen, setChosen] = useState('');
  const outcome = outcomes.find((known) => known === chosen);
  const seen = useSeen(one);
  const resolve = useCaseAction(one.id, 'resolution');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!outcome) return;
    resolve.mutate({ verb: 'move', version: seen.version, to: 'resolved', outcome, text });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <NativeSelect label={texts.act.outcome} required withAsterisk={false} value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[{ value: '', label: texts.act.choose }, ...outcomes.map((value) => ({ value, label: texts.outcomes[value] }))]} />
      <Textarea label={texts.act.told} autosize minRows={4} maxRows={14} maxLength={1500} required
        withAsterisk={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <SmsParts one={one} text={text} />
      <Button type="submit" className="submit" loading={resolve.isPending} disabled={!outcome || !text.trim() || seen.changed}>
        {texts.act.resolveSubmit}
      </Button>
      <Outcome of={resolve} seen={seen} />
    </Stack>
  );
}
