import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CaseDetail } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { useNames } from '#console/names';
import { withMarksShown } from '#ui/marks';

/** What is known about the case; the citizen's name and number are masked by the server. */
export function About({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const names = useNames();
  const formats = useFormats();
  const { case: words } = texts;
  const category = [one.category, one.subcategory].filter((code) => code !== null).map(names.category).join(' · ');
  const place = [one.province && names.province(one.province), one.commune].filter(Boolean).join(' · ');
  return (
    <Stack gap="sm">
      <Paper withBorder p="sm">
        <Title order={2} size="h6" mb="xs">{words.about}</Title>
        <dl className="facts">
          <Row name={words.citizen}><bdi>{withMarksShown(one.citizen.name ?? words.anonymous)}</bdi></Row>
          {one.citizen.phone && <Row name={words.phone}><bdi dir="ltr">{one.citizen.phone}</bdi></Row>}
          {one.submitter && <Row name={words.submitter}><bdi>{withMarksShown(one.submitter.name ?? words.anonymous)}</bdi> (<bdi>{withMarksShown(one.submitter.relationship)}</bdi>)</Row>}
          <Row name={words.kind}>{texts.kinds[one.kind]}</Row>
          <Row name={words.channel}>{texts.channels[one.channel]}</Row>
          <Row name={words.language}>{one.language ? texts.languages[one.language] : texts.none}</Row>
          <Row name={words.category}>{category || texts.none}</Row>
          {one.programme && <Row name={words.programme}>{texts.programmes[one.programme]}</Row>}
          <Row name={words.place}>{place ? <bdi>{withMarksShown(place)}</bdi> : texts.none}</Row>
          <Row name={words.received}><bdi>{formats.instant(one.receivedAt)}</bdi></Row>
          {one.outcome && <Row name={words.outcome}>{texts.outcomes[one.outcome]}</Row>}
        </dl>
      </Paper>
      <Paper withBorder p="sm">
        <Title order={2} size="h6" mb="xs">{words.deadlines}</Title>
        <dl className="facts"><Deadlines deadlines={one.deadlines} /></dl>
      </Paper>
      <Paper withBorder p="sm">
        <Title order={2} size="h6" mb="xs">{words.holders}</Title>
        {one.assignments.length === 0 && <Text size="sm">{texts.queue.free}</Text>}
        {one.assignments.map(({ operator, from, to }) => (
          <Text size="sm" key={from}>
            <bdi>{operator}</bdi> · {to ? words.until(formats.instant(from), formats.instant(to)) : words.since(formats.instant(from))}
          </Text>
        ))}
      </Paper>
      {one.feedback && (
        <Paper withBorder p="sm">
          <Title order={2} size="h6" mb="xs">{words.feedback}</Title>
          <Text size="sm">
            {words.rating(formats.number(one.feedback.rating))} · {one.feedback.solved ? words.solved : words.notSolved}
          </Text>
          {one.feedback.comment && <Text size="sm" dir="auto" className="words">{withMarksShown(one.feedback.comment)}</Text>}
        </Paper>
      )}
    </Stack>
  );
}

function Row({ name, children }: { name: ReactNode; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Deadlines({ deadlines }: { deadlines: CaseDetail['deadlines'] }) {
  const texts = useTexts();
  const formats = useFormats();
  const bases: Record<string, string> = texts.bases;
  return deadlines.map(({ kind, basis, dueDate, dueAt, metAt }) => (
    <Row key={`${kind} ${basis}`} name={<>{texts.deadlineKinds[kind]} <bdi className="basis">{bases[basis] ?? basis}</bdi></>}>
      <bdi>{dueDate ? formats.date(dueDate) : dueAt ? formats.instant(dueAt) : texts.none}</bdi>
      {metAt && <div>{texts.case.met(formats.instant(metAt))}</div>}
    </Row>
  ));
}
