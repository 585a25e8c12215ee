import { Alert, Button, Code, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Recovery } from '#contract/accounts';
import { useFormats, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { useConfirmRecovery, useRecoveries } from './queries.ts';
import { Sure } from '#console/parts/sure';

/** Recoveries that wait for a second person; whoever confirms one is shown its secret, once, to hand it over. */
export function Recoveries() {
  const texts = useTexts();
  const { accounts: { recoveries: words } } = texts;
  const formats = useFormats();
  const waiting = useRecoveries();
  const confirm = useConfirmRecovery();
  const error = confirm.error ?? waiting.error;
  return (
    <Paper withBorder p="md" mb="xl" component="section" aria-labelledby="recoveries">
      <Title order={2} size="h4" id="recoveries" mb="xs">{words.heading}</Title>
      {error && <Alert color="red" role="alert" mb="md">{problemText(error, texts)}</Alert>}
      {confirm.data && (
        <Stack mb="md" align="start" role="status">
          <Text fw={600}>{words.secret(confirm.data.login)}</Text>
          <Code block dir="ltr" className="secret">{confirm.data.secret}</Code>
          <Text size="sm">{words.secretHow(formats.instant(confirm.data.expiresAt))}</Text>
          <Button variant="default" onClick={() => confirm.reset()}>{words.hide}</Button>
        </Stack>
      )}
      {waiting.data?.length === 0 ? <Text size="sm">{words.none}</Text> : <Text size="sm" mb="md" className="how">{words.how}</Text>}
      {waiting.data?.map((one) => <Waiting key={one.id} one={one} busy={confirm.isPending} confirm={() => confirm.mutate(one.id)} />)}
    </Paper>
  );
}

function Waiting({ one, busy, confirm }: { one: Recovery; busy: boolean; confirm: () => void }) {
  const { accounts: { recoveries: words } } = useTexts();
  const formats = useFormats();
  const [asking, setAsking] = useState(false);
  const { name, login } = one.account;
  return (
    <Stack gap="xs" mb="md" align="start">
      <Text><b><bdi>{name}</bdi></b> (<bdi dir="ltr">{login}</bdi>) · {words.askedBy} <bdi>{one.askedBy}</bdi> · {words.askedAt} <bdi>{formats.instant(one.askedAt)}</bdi></Text>
      {one.mine && <Text size="sm">{words.mine}</Text>}
      {!one.mine && !asking && <Button variant="default" disabled={busy} aria-label={words.confirmOne(name)} onClick={() => setAsking(true)}>{words.confirm}</Button>}
      {asking && (
        <Sure label={words.confirmOne(name)} question={words.really(name)} yes={words.yes} no={words.no}
          confirm={() => { setAsking(false); confirm(); }} turnAway={() => setAsking(false)} />
      )}
    </Stack>
  );
}
