import { Button, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ReferralField } from '#contract/referrals';
import type { CaseDetail } from '#contract/staff';
import { useTexts } from '#console/language';
import { useByReference, useCaseAction, type CaseAction } from '#console/queries';
import { go } from '#console/router';
import { useDraft, useSeen } from '#console/use-draft';
import type { OtherAction } from './allowed.ts';
import { MergeInto } from './merge-into.tsx';
import { Outcome } from './outcome.tsx';
import { ReferTo } from './refer-to.tsx';
import { Redirection } from './redirection.tsx';
import { SplitOff } from './split-off.tsx';

/** What is done more rarely: which action, its own fields, and always why. */
export function OtherForm({ one, actions }: { one: CaseDetail; actions: readonly OtherAction[] }) {
  const texts = useTexts();
  const [reason, setReason] = useDraft(one, 'reason');
  const [told, setTold] = useDraft(one, 'told');
  const [chosen, setChosen] = useState('');
  const [queue, setQueue] = useState('');
  const [category, setCategory] = useState('');
  const [into, setInto] = useState('');
  const [body, setBody] = useState('');
  const [fields, setFields] = useState<ReferralField[]>([]);
  const [parted, setParted] = useState<string[]>([]);
  const survivor = useByReference(chosen === 'merge' ? into : '');
  const seen = useSeen(one);
  const run = useCaseAction(one.id, 'reason', 'told');

  const to = actions.find((offered) => offered === chosen);
  const action: CaseAction | undefined =
    to === undefined || !reason.trim() ? undefined
    : to === 'release' ? { verb: 'release', reason }
    : to === 'assign' ? (queue ? { verb: 'assign', reason, queue, ...(category && { category }) } : undefined)
    : to === 'unmerge' ? { verb: 'unmerge', reason }
    : to === 'split' ? (parted.length > 0 ? { verb: 'split', messages: parted, reason } : undefined)
    : to === 'merge' ? (survivor.data ? { verb: 'merge', into: survivor.data.id, reason } : undefined)
    : to === 'referred' ? (body ? { verb: 'refer', to: body, fields, reason } : undefined)
    : to === 'inadmissible' ? (told.trim() ? { verb: 'move', to, reason, text: told } : undefined)
    : { verb: 'move', to, reason };
  const label = (offered: OtherAction) =>
    offered === 'split' ? texts.split.action : offered === 'merge' ? texts.merge.action : offered === 'unmerge' ? texts.merge.undo : offered === 'release' ? texts.act.release : offered === 'assign' ? texts.act.assign : texts.act.moveTo(texts.statuses[offered]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (action) run.mutate({ ...action, version: seen.version }, { onSuccess: () => (to === 'assign' ? go({ screen: 'queue' }) : (setChosen(''), setParted([]))) });
  };

  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <NativeSelect label={texts.act.action} required withAsterisk={false} value={to ?? ''}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[{ value: '', label: texts.act.choose }, ...actions.map((value) => ({ value, label: label(value) }))]} />
      {to === 'assign' && <Redirection queue={queue} setQueue={setQueue} category={category} setCategory={setCategory} />}
      {to === 'split' && <SplitOff one={one} chosen={parted} setChosen={setParted} />}
      {to === 'merge' && <MergeInto typed={into} setTyped={setInto} found={survivor} />}
      {to === 'referred' && <ReferTo body={body} setBody={setBody} fields={fields} setFields={setFields} />}
      {to === 'inadmissible' && (
        <Textarea label={texts.act.told} autosize minRows={3} maxRows={14} maxLength={1500} required
          withAsterisk={false} value={told} onChange={(event) => setTold(event.currentTarget.value)} />
      )}
      <Textarea label={to === 'referred' ? texts.refer.reason : texts.act.reason} autosize minRows={2} maxRows={8}
        maxLength={1000} required withAsterisk={false} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <Button type="submit" variant="default" className="submit" loading={run.isPending} disabled={!action || seen.changed}>
        {texts.act.submit}
      </Button>
      <Outcome of={run} seen={seen} />
    </Stack>
  );
}
