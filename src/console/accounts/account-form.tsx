import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Account } from '#contract/accounts';
import { Role, roles } from '#contract/words';
import { useLanguage, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { useDestinations, useOrganisations } from '#console/queries';
import { useAskRecovery, useChangeAccount } from './queries.ts';
import { Sure } from '#console/parts/sure';

/** Changes an account's role, and with it its centre or organisation, closes it for good, or asks that it be recovered. */
export function AccountForm({ account, done }: { account: Account; done: () => void }) {
  const texts = useTexts();
  const { accounts: { change: words } } = texts;
  const change = useChangeAccount(account.id);
  const recover = useAskRecovery(account.id);
  const [asking, setAsking] = useState<'close' | 'recover' | null>(null);
  const error = change.error ?? recover.error;
  const confirm = () => {
    setAsking(null);
    if (asking === 'recover') recover.mutate();
    else change.mutate({ active: false }, { onSuccess: done });
  };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="account" className="narrow">
      <Title order={2} size="h4" id="account" mb="md">{words.heading(account.name)}</Title>
      <Stack>
        <Place account={account} busy={change.isPending} save={(place) => change.mutate(place)} />
        {asking === null && (
          <Group>
            <Button variant="default" loading={recover.isPending} onClick={() => setAsking('recover')}>{words.recover}</Button>
            <Button color="red" variant="outline" onClick={() => setAsking('close')}>{words.close}</Button>
          </Group>
        )}
        {asking === 'recover' && <Sure label={words.recover} question={words.recoverConfirm(account.name)} yes={words.recoverYes} no={words.no} confirm={confirm} turnAway={() => setAsking(null)} />}
        {asking === 'close' && <Sure label={words.close} question={words.closeConfirm(account.name)} yes={words.closeYes} no={words.no} confirm={confirm} turnAway={() => setAsking(null)} />}
        {error && <Alert color="red" role="alert">{problemText(error, texts)}</Alert>}
        <Text role="status">{recover.isSuccess ? words.asked : change.isSuccess && words.done}</Text>
        <Button variant="default" onClick={done}>{words.back}</Button>
      </Stack>
    </Paper>
  );
}

function Place({ account, busy, save }: { account: Account; busy: boolean; save: (place: { role: Role; centre: string | null; organisation: string | null }) => void }) {
  const texts = useTexts();
  const { accounts: words } = texts;
  const language = useLanguage();
  const [role, setRole] = useState(account.role);
  const [centre, setCentre] = useState(account.centre?.id ?? '');
  const centres = new Map((useDestinations().data ?? []).map((one) => [one.centre, one.centreNames[language] ?? one.centre]));
  const [organisation, setOrganisation] = useState(account.organisation?.id ?? '');
  const organisations = useOrganisations();
  const inCentre = role === 'operator' || role === 'supervisor';
  const partner = role === 'partner';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save({ role, centre: inCentre ? centre : null, organisation: partner ? organisation : null });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <NativeSelect label={words.role} value={role} onChange={(event) => setRole(Role.parse(event.currentTarget.value))}
        data={roles.map((value) => ({ value, label: texts.roles[value] }))} />
      {inCentre && (
        <NativeSelect label={words.centre} value={centre} required withAsterisk={false} onChange={(event) => setCentre(event.currentTarget.value)}
          data={[{ value: '', label: texts.centreSignOut.choose }, ...[...centres].map(([value, label]) => ({ value, label }))]} />
      )}
      {partner && (
        <NativeSelect label={words.organisation} description={words.organisationHow} value={organisation} required withAsterisk={false} onChange={(event) => setOrganisation(event.currentTarget.value)}
          data={[{ value: '', label: texts.act.choose }, ...(organisations.data ?? []).map(({ id, names }) => ({ value: id, label: names[language] ?? id }))]} />
      )}
      <Button type="submit" loading={busy} disabled={(inCentre && centre === '') || (partner && organisation === '')}>{words.change.submit}</Button>
    </Stack>
  );
}
