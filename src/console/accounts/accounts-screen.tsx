import { Alert, Badge, Button, Table, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Account } from '#contract/accounts';
import type { Me } from '#contract/staff';
import { useLanguage, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { AccountForm } from './account-form.tsx';
import { useAccounts } from './queries.ts';
import { Recoveries } from './recoveries.tsx';

/** Recoveries that wait for this person; below them, for an administrator, all accounts. */
export function AccountsScreen({ me }: { me: Me }) {
  const { accounts: words } = useTexts();
  return (
    <>
      <Title order={1} size="h3" mb="md">{words.heading}</Title>
      <Recoveries />
      {me.role === 'administrator' && <Accounts me={me} />}
    </>
  );
}

function Accounts({ me }: { me: Me }) {
  const texts = useTexts();
  const { accounts: words } = texts;
  const accounts = useAccounts();
  const [sought, setSought] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const one = accounts.data?.find(({ id }) => id === chosen);
  if (one) return <AccountForm key={one.id} account={one} done={() => setChosen(null)} />;
  const found = (accounts.data ?? []).filter(({ login, name }) => `${login} ${name}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <>
      <Text size="sm" mb="md" className="how">{words.how}</Text>
      <TextInput label={words.find} value={sought} onChange={(event) => setSought(event.currentTarget.value)} className="narrow" mb="md" />
      {accounts.error && <Alert color="red" role="alert" mb="md">{problemText(accounts.error, texts)}</Alert>}
      {accounts.isPending && <Text p="xl">{texts.loading}</Text>}
      {accounts.data && <AccountTable items={found} me={me} choose={setChosen} />}
    </>
  );
}

function AccountTable({ items, me, choose }: { items: readonly Account[]; me: Me; choose: (id: string) => void }) {
  const texts = useTexts();
  const { accounts: words } = texts;
  const language = useLanguage();
  return (
    <Table className="sessions" aria-label={words.heading} verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>{[words.name, words.login, words.role, words.place, words.factors, words.act].map((head) => <Table.Th key={head} scope="col">{head}</Table.Th>)}</Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map(({ id, name, login, role, centre, organisation, factors, active }) => (
          <Table.Tr key={id}>
            <Table.Td><bdi>{name}</bdi></Table.Td>
            <Table.Td><bdi dir="ltr">{login}</bdi></Table.Td>
            <Table.Td>{texts.roles[role]}</Table.Td>
            <Table.Td>{(centre ?? organisation)?.names[language] ?? words.noPlace}</Table.Td>
            <Table.Td>{factors.map((factor) => words.factorKinds[factor]).join(' · ') || words.noFactor}</Table.Td>
            <Table.Td>
              {!active && <Badge color="gray">{words.closed}</Badge>}
              {active && id !== me.id && <Button variant="default" aria-label={words.actOn(name)} onClick={() => choose(id)}>{words.act}</Button>}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
