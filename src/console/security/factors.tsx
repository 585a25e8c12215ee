import { Alert, Button, Paper, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Authenticator, Factors as Enrolled } from '#contract/factors';
import { useFormats, useTexts } from '#console/language';
import { useNow } from '#console/now';
import { problemText } from '#console/problems';
import { Enrol } from './enrol.tsx';
import { useFactors, useRemoveKey } from './queries.ts';

/** One's own second factors: what there is, and how to add or replace one. */
export function Factors() {
  const texts = useTexts();
  const { security: words } = texts;
  const factors = useFactors();
  return (
    <Paper withBorder p="md" mb="xl" component="section" aria-labelledby="factors">
      <Title order={2} size="h4" id="factors" mb="xs">{words.heading}</Title>
      {factors.error && <Alert color="red" role="alert">{problemText(factors.error, texts)}</Alert>}
      {factors.data && <Body factors={factors.data} />}
    </Paper>
  );
}

function Body({ factors }: { factors: Enrolled }) {
  const { security: words } = useTexts();
  const formats = useFormats();
  const [adding, setAdding] = useState(false);
  const { kind, totp, authenticators } = factors;
  const begin = kind === 'webauthn' ? words.keyAnother : totp ? words.totpReplace : words.totpAdd;
  return (
    <>
      <Text size="sm" mb="md" className="how">{words.how[kind]}</Text>
      {totp && <Text mb="md">{words.totpSince(formats.instant(totp.enrolledAt))}</Text>}
      {authenticators.length > 0 && <Keys items={authenticators} mayRemove={authenticators.length > 1 || !factors.required} />}
      {!totp && authenticators.length === 0 && <Text mb="md">{words.none}</Text>}
      {adding ? <div className="narrow"><Enrol kind={kind} done={() => setAdding(false)} /></div> : <Button variant="default" onClick={() => setAdding(true)}>{begin}</Button>}
    </>
  );
}

function Keys({ items, mayRemove }: { items: readonly Authenticator[]; mayRemove: boolean }) {
  const texts = useTexts();
  const { security: words } = texts;
  const formats = useFormats();
  const now = useNow();
  const remove = useRemoveKey();
  return (
    <>
      <Table className="sessions" aria-label={words.keys} verticalSpacing="xs" mb="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.keyName}</Table.Th>
            <Table.Th>{words.keyAdded}</Table.Th>
            <Table.Th>{words.keyUsed}</Table.Th>
            <Table.Th>{words.keyRemove}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ id, name, createdAt, lastUsedAt }) => (
            <Table.Tr key={id}>
              <Table.Td><bdi>{name}</bdi></Table.Td>
              <Table.Td><time dateTime={createdAt}><bdi>{formats.instant(createdAt)}</bdi></time></Table.Td>
              <Table.Td>{lastUsedAt === null ? words.keyNever : <time dateTime={lastUsedAt}>{formats.ago(lastUsedAt, now)}</time>}</Table.Td>
              <Table.Td>
                <Button variant="default" disabled={!mayRemove || remove.isPending} aria-label={words.keyRemoveOne(name)} onClick={() => remove.mutate(id)}>
                  {words.keyRemove}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {remove.error && <Alert color="red" role="alert" mb="md">{problemText(remove.error, texts)}</Alert>}
    </>
  );
}
