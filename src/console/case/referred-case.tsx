import { Alert, Anchor, Badge, Group, Paper, Tabs, Text, Title } from '@mantine/core';
import type { CaseDetail } from '#contract/staff';
import { Story } from './story.tsx';
import { isGone } from '#console/api';
import { useFormats, useTexts } from '#console/language';
import { priorityColour } from '#console/looks';
import { useNames } from '#console/names';
import { problemText } from '#console/problems';
import { useCase } from '#console/queries';
import { linkTo } from '#console/router';
import { withMarksShown } from '#ui/marks';
import { AnswerForm } from './answer-form.tsx';

/** A referred case as its partner sees it: what was shared, what is asked, and what to write back. */
export function ReferredCase({ id }: { id: string }) {
  const texts = useTexts();
  const found = useCase(id);
  return (
    <>
      <Anchor {...linkTo({ screen: 'queue' })} className="back">{texts.case.back}</Anchor>
      {found.error && <Alert color="red" role="alert" my="md">{problemText(found.error, texts)}</Alert>}
      {found.isPending && <Text p="xl">{texts.loading}</Text>}
      {found.data && !isGone(found.error) && <Whole one={found.data} />}
    </>
  );
}

function Whole({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const formats = useFormats();
  return (
    <>
      <Group mb="md" gap="sm">
        <Title order={1} size="h3">{texts.case.reference} <bdi dir="ltr">{formats.reference(one.reference)}</bdi></Title>
        <Badge color={priorityColour[one.priority]} size="lg">{texts.queue.columns.priority} · {texts.priorities[one.priority]}</Badge>
        <Badge color="gray" size="lg">{texts.queue.columns.due} · <bdi>{formats.date(one.legalDueDate)}</bdi></Badge>
      </Group>
      <div className="case">
        <div>
          <Story one={one} />
          <Paper withBorder p="sm" mt="md" component="section" aria-labelledby="act">
            <Title order={2} size="h5" id="act" mb="xs">{texts.act.label}</Title>
            <Tabs defaultValue="answer" keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="answer">{texts.refer.answer}</Tabs.Tab>
                <Tabs.Tab value="note">{texts.act.note}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="answer" pt="sm"><AnswerForm one={one} verb="answer" /></Tabs.Panel>
              <Tabs.Panel value="note" pt="sm"><AnswerForm one={one} verb="note" /></Tabs.Panel>
            </Tabs>
          </Paper>
        </div>
        <aside aria-label={texts.case.about}><Shared one={one} /></aside>
      </div>
    </>
  );
}

/** What the referral shares; what it does not is not there to be shown. */
function Shared({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const names = useNames();
  const formats = useFormats();
  const { name, phone } = one.citizen;
  const fields = one.referral?.fields ?? [];
  const rows: [string, string, 'ltr'?][] = [
    ...(name === undefined ? [] : [[texts.case.citizen, name] as [string, string]]),
    ...(phone === undefined ? [] : [[texts.case.phone, phone, 'ltr'] as [string, string, 'ltr']]),
    [texts.case.kind, texts.kinds[one.kind]],
    [texts.case.category, [one.category, one.subcategory].filter((code) => code !== null).map(names.category).join(' · ') || texts.none],
    [texts.case.place, one.province ? names.province(one.province) : texts.none],
    [texts.case.language, one.language ? texts.languages[one.language] : texts.none],
    [texts.case.received, formats.instant(one.receivedAt)],
    [texts.refer.shares, fields.map((field) => texts.refer.field[field]).join(' · ') || texts.refer.nothing],
  ];
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h6" mb="xs">{texts.case.about}</Title>
      <dl className="facts">
        {rows.map(([label, value, dir]) => <div key={label}><dt>{label}</dt><dd><bdi dir={dir}>{withMarksShown(value)}</bdi></dd></div>)}
      </dl>
    </Paper>
  );
}
