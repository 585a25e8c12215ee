import { Text, Title } from '@mantine/core';
import type { PersonalData } from '#contract/rights';
import { useFormats, useTexts } from '#console/language';
import { withMarksShown } from '#ui/marks';

/** The citizen's data as a page of paper: printed, nothing else of the screen comes along. */
export function Given({ data: { citizen, cases } }: { data: PersonalData }) {
  const texts = useTexts();
  const { rights: { give: words }, reveal } = texts.privacy;
  return (
    <section className="given" aria-labelledby="given">
      <Title order={3} size="h4" id="given">{words.heading}</Title>
      <dl className="facts">
        <div><dt>{reveal.name}</dt><dd><bdi>{citizen.name === null ? reveal.nothing : withMarksShown(citizen.name)}</bdi></dd></div>
        <div>
          <dt>{words.contacts}</dt>
          {citizen.contacts.length === 0 && <dd>{reveal.nothing}</dd>}
          {citizen.contacts.map(({ kind, value }) => <dd key={kind + value}><bdi dir="ltr">{withMarksShown(value)}</bdi></dd>)}
        </div>
      </dl>
      {cases.map((one) => <OneCase key={one.reference} one={one} />)}
    </section>
  );
}

function OneCase({ one }: { one: PersonalData['cases'][number] }) {
  const texts = useTexts();
  const formats = useFormats();
  const { rights: { give: words } } = texts.privacy;
  return (
    <>
      <Title order={4} size="h5" mt="md">{texts.case.reference} <bdi dir="ltr">{formats.reference(one.reference)}</bdi></Title>
      <dl className="facts">
        <div><dt>{texts.case.kind}</dt><dd>{texts.kinds[one.kind]} · {texts.channels[one.channel]} · {texts.statuses[one.status]}</dd></div>
        <div><dt>{texts.case.received}</dt><dd><bdi>{formats.instant(one.receivedAt)}</bdi></dd></div>
        <div><dt>{texts.queue.columns.due}</dt><dd><bdi>{formats.date(one.legalDueDate)}</bdi></dd></div>
        {one.outcome && <div><dt>{texts.case.outcome}</dt><dd>{texts.outcomes[one.outcome]}</dd></div>}
        {one.consent && <div><dt>{words.consent}</dt><dd dir="auto" lang={one.consent.language}>{one.consent.text}</dd></div>}
      </dl>
      <Title order={5} size="h6" mt="xs">{words.messages}</Title>
      {one.messages.map(({ at, direction, channel, text }) => (
        <div key={at + direction + text}>
          <Text size="xs">{direction === 'in' ? words.from : words.to} · {texts.channels[channel]} · <bdi>{formats.instant(at)}</bdi></Text>
          <Text className="words" dir="auto">{withMarksShown(text)}</Text>
        </div>
      ))}
      {one.readings.length > 0 && <Title order={5} size="h6" mt="xs">{words.readings}</Title>}
      {one.readings.map(({ at, by, what, reason }) => (
        <Text size="sm" key={at + by + what}>
          {words.readers[by]} · {texts.case.sightings[what]} · <bdi>{formats.instant(at)}</bdi>{reason !== null && <> · <bdi>{withMarksShown(reason)}</bdi></>}
        </Text>
      ))}
    </>
  );
}
