import { Alert, Button, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { limits } from '#contract/limits';
import type { CaseDetail, Revealed } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { withMarksShown } from '#ui/marks';
import { useReveal } from './rights-queries.ts';
import { standingOf } from './standing.ts';

/** Milliseconds for which it is shown: long enough to dial, too short to be left behind. */
const shownFor = 60_000;

/** Shows for a minute what is masked, once a reason is given. */
export function RevealPanel({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const formats = useFormats();
  const { reveal: words } = texts.privacy;
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const reveal = useReveal(one.id);
  const { data, reset } = reveal;
  useEffect(() => {
    if (!data) return undefined;
    const timer = setTimeout(reset, shownFor);
    return () => clearTimeout(timer);
  }, [data, reset]);
  if (standingOf(one).erased) return null;

  const day = formats.number(limits.reveals.day);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reveal.mutate(reason, { onSuccess: () => { setAsking(false); setReason(''); } });
  };
  return (
    <Paper withBorder p="sm" mt="sm" component="section" aria-labelledby="reveal">
      <Title order={2} size="h6" mb="xs" id="reveal">{words.heading}</Title>
      {!data && <Text size="sm" mb="xs">{words.how(day)}</Text>}
      {!data && !asking && <Button variant="default" onClick={() => setAsking(true)}>{words.begin}</Button>}
      {!data && asking && (
        <Stack component="form" gap="xs" onSubmit={submit}>
          <Textarea label={words.reason} autosize minRows={2} maxRows={6} maxLength={1000} required withAsterisk={false} autoFocus
            value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {reveal.error && <Alert color="orange" p="xs" role="alert">{problemText(reveal.error, texts)}</Alert>}
          <Group gap="xs">
            <Button type="submit" loading={reveal.isPending} disabled={!reason.trim()}>{words.submit}</Button>
            <Button variant="default" onClick={() => { reset(); setAsking(false); }}>{words.cancel}</Button>
          </Group>
        </Stack>
      )}
      <div role="status">
        {data && (
          <>
            <Shown data={data} />
            <Text size="sm" mt="xs">{words.left(formats.number(data.left), day)} {words.soon}</Text>
          </>
        )}
      </div>
      {data && <Button variant="default" mt="xs" autoFocus onClick={reset}>{words.hide}</Button>}
    </Paper>
  );
}

function Shown({ data }: { data: Revealed }) {
  const { reveal: words } = useTexts().privacy;
  return (
    <dl className="facts revealed">
      <Row name={words.name}>{data.name && <bdi>{withMarksShown(data.name)}</bdi>}</Row>
      <Row name={words.phone}>{data.phone && <bdi dir="ltr">{data.phone}</bdi>}</Row>
      {data.email && <Row name={words.email}><bdi dir="ltr">{withMarksShown(data.email)}</bdi></Row>}
      {data.submitter && <Row name={words.submitter}><bdi>{withMarksShown(data.submitter)}</bdi></Row>}
      <div className="whole">
        <dt>{words.said}</dt>
        {data.messages.map(({ id, text }) => <dd key={id} className="words" dir="auto">{withMarksShown(text)}</dd>)}
      </div>
    </dl>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  const { reveal: words } = useTexts().privacy;
  return <div><dt>{name}</dt><dd>{children || words.nothing}</dd></div>;
}
