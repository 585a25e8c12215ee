import { Alert, Button, Chip, Group, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { dimensions, type ResponseTimes } from '#contract/reports';
import { download } from '#console/download';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { reportAddress, useReport, type ReportChoice } from '#console/queries';
import { todayAt } from '#texts/format';
import { ReportTable } from './report-table.tsx';

const yearBefore = (date: string): string => new Date(Date.parse(date) - 365 * 86_400_000).toISOString().slice(0, 10);

/** How long people really waited: choice of period and breakdown, then a table with bars. */
export function ReportScreen() {
  const texts = useTexts();
  const { report: words } = texts;
  const [choice, setChoice] = useState<ReportChoice>(() => {
    const to = todayAt(Date.now());
    return { from: yearBefore(to), to, by: 'region' };
  });
  const report = useReport(choice);
  const csv = useMutation({ mutationFn: () => download(reportAddress(choice, '.csv'), 'response-times.csv') });
  return (
    <>
      <Title order={1} size="h3" mb="md">{words.heading}</Title>
      <ChoiceForm choice={choice} choose={setChoice} loading={report.isFetching} />
      <Text size="sm" my="md" className="how">{words.how}</Text>
      {report.error && <Alert color="red" role="alert" mb="md">{problemText(report.error, texts)}</Alert>}
      {report.isPending && <Text p="xl">{texts.loading}</Text>}
      {report.data && (
        <>
          <ReportTable report={report.data} />
          {report.data.total.count === 0 && <Text p="xl" ta="center">{words.empty}</Text>}
          <Group justify="space-between" mt="sm">
            <Text size="sm">{words.legend}{withholds(report.data) && ` ${words.fewHow}`}</Text>
            <Button variant="subtle" loading={csv.isPending} onClick={() => csv.mutate()}>{words.csv}</Button>
          </Group>
          {csv.error && <Alert color="red" role="alert">{problemText(csv.error, texts)}</Alert>}
        </>
      )}
    </>
  );
}

const withholds = ({ total, rows }: ResponseTimes): boolean => [total, ...rows].some(({ firstReply, resolution, legal }) => [firstReply.count, resolution.count, legal.late].includes(null));

function ChoiceForm({ choice, choose, loading }: { choice: ReportChoice; choose: (choice: ReportChoice) => void; loading: boolean }) {
  const { report: words } = useTexts();
  const [from, setFrom] = useState(choice.from);
  const [to, setTo] = useState(choice.to);
  const [by, setBy] = useState(choice.by.split(','));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose({ from, to, by: dimensions.filter((one) => by.includes(one)).join(',') });
  };
  return (
    <Group component="form" align="end" onSubmit={submit} gap="md">
      <TextInput type="date" label={words.from} value={from} max={to} required withAsterisk={false}
        onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" label={words.to} value={to} min={from} required withAsterisk={false}
        onChange={(event) => setTo(event.currentTarget.value)} />
      <Chip.Group multiple value={by} onChange={(next) => next.length && setBy(next)}>
        <Group gap="xs" role="group" aria-label={words.by}>
          <Text size="sm" fw={500}>{words.by}</Text>
          {dimensions.map((one) => <Chip key={one} value={one} variant="light">{words.dimensions[one]}</Chip>)}
        </Group>
      </Chip.Group>
      <Button type="submit" loading={loading}>{words.show}</Button>
    </Group>
  );
}
