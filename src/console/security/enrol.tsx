import { Alert, Button, Code, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { SecondFactor } from '#contract/factors';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { Qr } from './qr.tsx';
import { useConfirmTotp, useNewKey, useTotpSecret } from './queries.ts';
import { NumberInput } from './show-factor.tsx';

/** Enrols a second factor of this kind. */
export function Enrol({ kind, done }: { kind: SecondFactor; done?: () => void }) {
  return kind === 'totp' ? <EnrolTotp done={done} /> : <EnrolKey done={done} />;
}

type Done = { done: (() => void) | undefined };

function EnrolTotp({ done }: Done) {
  const texts = useTexts();
  const { security: words } = texts;
  const secret = useTotpSecret();
  const confirm = useConfirmTotp();
  const [typed, setTyped] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(typed, { onSuccess: () => done?.() });
  };
  if (!secret.data) {
    return (
      <Stack>
        <Text size="sm">{words.totpHow}</Text>
        {secret.error && <Alert color="red" role="alert">{problemText(secret.error, texts)}</Alert>}
        <Button loading={secret.isPending} onClick={() => secret.mutate()}>{words.totpBegin}</Button>
      </Stack>
    );
  }
  return (
    <Stack component="form" onSubmit={send}>
      <Text size="sm">{words.totpScan}</Text>
      <Qr text={secret.data.uri} label={words.qr} />
      <Text size="sm">{words.totpType}</Text>
      <Code block dir="ltr" className="secret">{secret.data.secret.replace(/.{4}(?=.)/g, '$& ')}</Code>
      <NumberInput value={typed} change={setTyped} />
      {confirm.error && <Alert color="red" role="alert">{problemText(confirm.error, texts)}</Alert>}
      <Button type="submit" loading={confirm.isPending}>{words.totpConfirm}</Button>
    </Stack>
  );
}

function EnrolKey({ done }: Done) {
  const texts = useTexts();
  const { security: words } = texts;
  const [name, setName] = useState('');
  const add = useNewKey();
  const send = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(name, { onSuccess: () => { setName(''); done?.(); } });
  };
  return (
    <Stack component="form" onSubmit={send}>
      <Text size="sm">{words.keyMake}</Text>
      <TextInput label={words.keyName} description={words.keyNameHow} value={name} maxLength={60} required withAsterisk={false}
        onChange={(event) => setName(event.currentTarget.value)} />
      {add.error && <Alert color="red" role="alert">{problemText(add.error, texts)}</Alert>}
      <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>{words.keyAdd}</Button>
    </Stack>
  );
}
