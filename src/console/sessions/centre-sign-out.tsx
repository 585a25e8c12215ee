import { Alert, Button, Group, NativeSelect, Paper, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Me } from '#contract/staff';
import { useFormats, useLanguage, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { useDestinations } from '#console/queries';
import { Sure } from '#console/parts/sure';
import { useSignOutCentre } from './queries.ts';

/** The kill switch: a supervisor's own centre, any centre for an administrator; asked twice. */
export function CentreSignOut({ me }: { me: Me }) {
  const texts = useTexts();
  const { centreSignOut: words } = texts;
  const language = useLanguage();
  const formats = useFormats();
  const signOut = useSignOutCentre();
  const [chosen, setChosen] = useState(me.centre?.id ?? '');
  const [asking, setAsking] = useState(false);
  const destinations = useDestinations(me.centre === null).data ?? [];
  const centres = new Map(destinations.map(({ centre, centreNames }) => [centre, centreNames[language] ?? centre]));
  const name = me.centre ? (me.centre.names[language] ?? me.centre.id) : centres.get(chosen);
  const confirm = () => {
    setAsking(false);
    signOut.mutate(chosen);
  };
  return (
    <Paper withBorder p="md" mt="xl" component="section" aria-labelledby="centre-sign-out">
      <Title order={2} size="h4" id="centre-sign-out" mb="xs">{words.heading}</Title>
      <Text size="sm" mb="md" className="how">{words.how}</Text>
      <Group align="end" mb="md">
        {me.centre
          ? <Text fw={600}>{name}</Text>
          : (
            <NativeSelect label={words.centre} value={chosen} onChange={(event) => { setChosen(event.currentTarget.value); setAsking(false); }}
              data={[{ value: '', label: words.choose }, ...[...centres].map(([value, label]) => ({ value, label }))]} />
          )}
        {!asking && <Button color="red" disabled={chosen === ''} loading={signOut.isPending} onClick={() => setAsking(true)}>{words.begin}</Button>}
      </Group>
      {asking && name !== undefined && (
        <Sure label={words.heading} question={words.confirm(name)} yes={words.yes} no={words.no} confirm={confirm} turnAway={() => setAsking(false)}>
          {me.centre && <Text size="sm" mb="sm">{words.alsoYou}</Text>}
        </Sure>
      )}
      {signOut.error && <Alert color="red" role="alert">{problemText(signOut.error, texts)}</Alert>}
      <Text role="status">{signOut.data && words.done(formats.number(signOut.data.ended))}</Text>
    </Paper>
  );
}
