import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Receipt } from '#contract/filing';
import type { CaseSummary, Me } from '#contract/staff';
import { postFor, send } from '#console/api';
import { useFormats, useLanguage, useTexts } from '#console/language';
import { keys } from '#console/queries';
import { linkTo } from '#console/router';
import { begunCall, filingOf, forgetCall, heardOf, keepCall, newCall, type Call } from './call.ts';
import { CallForm } from './call-form.tsx';
import { ToldReceipt } from './told-receipt.tsx';

/** A call on the handset, or a visit: it becomes a new case, or a message on one that the person has. */
export function TakingScreen({ me }: { me: Me }) {
  const language = useLanguage();
  const client = useQueryClient();
  const [call, setCall] = useState(() => begunCall(me.id) ?? newCall(language));
  const change = (next: Call) => {
    setCall(next);
    keepCall(me.id, next);
  };
  const kept = () => {
    forgetCall();
    return client.invalidateQueries({ queryKey: keys.cases });
  };
  const file = useMutation({ mutationFn: (taken: Call) => postFor('/staff/cases', Receipt, filingOf(taken), taken.key), gcTime: 0, onSuccess: kept });
  const hear = useMutation({
    mutationFn: async ({ taken, on }: { taken: Call; on: CaseSummary }) => {
      await send('POST', `/staff/cases/${encodeURIComponent(on.id)}/heard`, heardOf(taken));
      return on;
    },
    gcTime: 0,
    onSuccess: kept,
  });
  const again = () => {
    forgetCall();
    setCall(newCall(language));
    file.reset();
    hear.reset();
  };
  if (file.data) return <ToldReceipt receipt={file.data} language={call.language} again={again} />;
  if (hear.data) return <Added to={hear.data} again={again} />;
  return <CallForm key={call.key} call={call} change={change} clear={again} busy={file.isPending || hear.isPending} error={file.error ?? hear.error}
    submit={(on) => (on ? hear.mutate({ taken: call, on }) : file.mutate(call))} />;
}

function Added({ to, again }: { to: CaseSummary; again: () => void }) {
  const { taking: words } = useTexts();
  const shown = useFormats().reference(to.reference);
  return (
    <div className="how">
      <Alert color="teal" role="status">{words.added(shown)}</Alert>
      <Group mt="md">
        <Button onClick={again} autoFocus>{words.again}</Button>
        <Anchor {...linkTo({ screen: 'case', id: to.id })} className="target"><Text span>{words.open(shown)}</Text></Anchor>
      </Group>
    </div>
  );
}
