import { Button, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTexts } from '#console/language';
import { useCaseAction, type CaseAction } from '#console/queries';
import { useDraft } from '#console/use-draft';
import type { OtherAction } from './allowed.ts';
import { Outcome } from './outcome.tsx';
import { Redirection } from './redirection.tsx';

/** What is done more rarely: which action, its own fields, and always why. */
export function OtherForm({ id, actions }: { id: string; actions: readonly OtherAction[] }) {
  const texts = useTexts();
  const [reason, setReason] = useDraft(id, 'reason');
  const [told, setTold] = useDraft(id, 'told');
  const [chosen, setChosen] = useState('');
  const [queue, setQueue] = useState('');
  const [category, setCategory] = useState('');
  const run = useCaseAction(id);

  const to = actions.find((one) => one === chosen);
  const action: CaseAction | undefined =
    to === undefined || !reason.trim() ? undefined
    : to === 'release' ? { verb: 'release', reason }
    : to === 'assign' ? (queue ? { verb: 'assign', reason, queue, ...(category && { category }) } : undefined)
    : to === 'inadmissible' ? (told.trim() ? { verb: 'move', to, reason, text: told } : undefined)
    : { verb: 'move', to, reason };
  const label = (one: OtherAction) =>
    one === 'release' ? texts.act.release : one === 'assign' ? texts.act.assign : texts.act.moveTo(texts.statuses[one]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (action) run.mutate(action, { onSuccess: () => [setReason, setTold, setChosen].forEach((set) => set('')) });
  };

  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <NativeSelect label={texts.act.action} required withAsterisk={false} value={to ?? ''}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[{ value: '', label: texts.act.choose }, ...actions.map((value) => ({ value, label: label(value) }))]} />
      {to === 'assign' && <Redirection queue={queue} setQueue={setQueue} category={category} setCategory={setCategory} />}
      {to === 'inadmissible' && (
        <Textarea label={texts.act.told} dir="auto" autosize minRows={3} maxRows={14} maxLength={1500} required
          withAsterisk={false} value={told} onChange={(event) => setTold(event.currentTarget.value)} />
      )}
      <Textarea label={to === 'referred' ? texts.act.referredReason : texts.act.reason} dir="auto" autosize minRows={2} maxRows={8}
        maxLength={1000} required withAsterisk={false} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <Button type="submit" variant="default" className="submit" loading={run.isPending} disabled={!action}>{texts.act.submit}</Button>
      <Outcome of={run} />
    </Stack>
  );
}
