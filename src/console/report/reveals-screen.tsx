import { Alert, Badge, Button, Group, Table, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { revealSigns, type RevealReport, type RevealRow } from '#contract/reports';
import { useFormats, useLanguage, useTexts } from '#console/language';
import { useNow } from '#console/now';
import { problemText } from '#console/problems';
import { useReveals } from '#console/queries';
import { todayAt } from '#texts/format';

const daysBefore = (date: string, days: number): string => new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);

/** Who of the staff looked at what is masked, beside what colleagues did, and what of it is worth a question. */
export function RevealsScreen() {
  const texts = useTexts();
  const formats = useFormats();
  const { watch: words } = texts.privacy;
  const today = todayAt(useNow());
  const [period, setPeriod] = useState({ from: daysBefore(today, 29), to: today });
  const report = useReveals(period);
  const { many, times, oddHours, othersCases, numbers } = revealSigns;
  return (
    <>
      <Title order={1} size="h3" mb="md">{words.heading}</Title>
      <PeriodForm period={period} choose={setPeriod} loading={report.isFetching} />
      <Text size="sm" my="md" className="how">{words.how(formats.number(many), formats.number(times), formats.number(oddHours), formats.number(othersCases), formats.number(numbers))}</Text>
      {report.error && <Alert color="red" role="alert" mb="md">{problemText(report.error, texts)}</Alert>}
      {report.isPending && <Text p="xl">{texts.loading}</Text>}
      {report.data && report.data.rows.length > 0 && <RevealsTable report={report.data} />}
      {report.data?.rows.length === 0 && <Text p="xl" ta="center">{words.empty}</Text>}
    </>
  );
}

type Period = { from: string; to: string };

function PeriodForm({ period, choose, loading }: { period: Period; choose: (period: Period) => void; loading: boolean }) {
  const { watch: words } = useTexts().privacy;
  const [from, setFrom] = useState(period.from);
  const [to, setTo] = useState(period.to);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose({ from, to });
  };
  return (
    <Group component="form" align="end" onSubmit={submit} gap="md">
      <TextInput type="date" label={words.from} value={from} min={daysBefore(to, 92)} max={to} required withAsterisk={false} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" label={words.to} value={to} min={from} required withAsterisk={false} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button type="submit" loading={loading}>{words.show}</Button>
    </Group>
  );
}

function RevealsTable({ report }: { report: RevealReport }) {
  const { watch: words } = useTexts().privacy;
  const formats = useFormats();
  const heads = [words.person, words.centre, words.reveals, words.givings, words.colleagues, words.citizens, words.others, words.odd, words.numbers, words.unfound, words.colleaguesNumbers, words.full, words.sign];
  return (
    <Table.ScrollContainer minWidth={900} tabIndex={0} aria-label={words.heading} role="region">
      <Table className="report" verticalSpacing="xs">
        <Table.Caption>{words.caption(formats.date(report.from), formats.date(report.to))}</Table.Caption>
        <Table.Thead>
          <Table.Tr>{heads.map((head) => <Table.Th key={head} scope="col">{head}</Table.Th>)}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>{report.rows.map((row) => <Row key={row.person.id} row={row} />)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ row: { person, signs, ...figures } }: { row: RevealRow }) {
  const texts = useTexts();
  const language = useLanguage();
  const formats = useFormats();
  const { watch: words } = texts.privacy;
  return (
    <Table.Tr>
      <Table.Th scope="row"><bdi>{person.name}</bdi> · {texts.roles[person.role]}</Table.Th>
      <Table.Td>{person.centre === null ? texts.none : (person.centre.names[language] ?? person.centre.id)}</Table.Td>
      <Table.Td>{formats.number(figures.reveals)}</Table.Td>
      <Table.Td>{formats.number(figures.givings)}</Table.Td>
      <Table.Td>{formats.number(figures.colleagues)}</Table.Td>
      <Table.Td>{formats.number(figures.citizens)}</Table.Td>
      <Table.Td>{formats.number(figures.others)}</Table.Td>
      <Table.Td>{formats.number(figures.oddHours)}</Table.Td>
      <Table.Td>{formats.number(figures.numbers)}</Table.Td>
      <Table.Td>{formats.number(figures.unfound)}</Table.Td>
      <Table.Td>{formats.number(figures.colleaguesNumbers)}</Table.Td>
      <Table.Td>{formats.number(figures.fullDays)}</Table.Td>
      <Table.Td>
        <Group gap={4}>
          {signs.length === 0 ? words.noSign : signs.map((sign) => <Badge key={sign} color="orange">{words.signs[sign]}</Badge>)}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
