import { Button, Group, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Receipt } from '#contract/filing';
import type { Language } from '#contract/words';
import { useFormats, useTexts } from '#console/language';
import { formatDate, formatInstant, line } from '#texts/format';
import { texts as citizenTexts } from '#texts/index';
import { spokenReceipt } from '#texts/spoken';

const groupedCode = (code: string): string => code.replace(/^(\d{3})(\d{3})$/, '$1 $2');

/** The receipt of a call or a visit: shown once, to be read aloud in the citizen's language, or printed for them. */
export function ToldReceipt({ receipt, language, again }: { receipt: Receipt; language: Language; again: () => void }) {
  const { filing, taking: { receipt: words, again: another } } = useTexts();
  const formats = useFormats();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const dir = language === 'ar' ? 'rtl' : 'ltr';
  const numbers = [formats.reference(receipt.reference), groupedCode(receipt.code), formatDate(receipt.legalDueDate)] as const;
  return (
    <>
      <div className="taken how">
        <section className="told" aria-labelledby="receipt">
          <Title order={1} size="h3" id="receipt" tabIndex={-1} ref={heading} mb="xs">{words.heading}</Title>
          <Text size="sm" mb="md">{words.how}</Text>
          <Numbers labels={[filing.receipt.reference, filing.receipt.code, filing.receipt.due]} numbers={numbers} />
          <Text size="sm" mt="md" mb="xs">{words.read}</Text>
          <blockquote className="aloud" lang={language} dir={dir}>{spokenReceipt(citizenTexts[language], receipt)}</blockquote>
          <Text size="sm" mt="md">{words.texted}</Text>
        </section>
        <Group mt="md">
          <Button onClick={() => print()}>{words.print}</Button>
          <Button variant="default" onClick={again}>{another}</Button>
        </Group>
      </div>
      <Sheet receipt={receipt} language={language} dir={dir} numbers={numbers} />
    </>
  );
}

type Three = readonly [string, string, string];
const Numbers = ({ labels, numbers }: { labels: Three; numbers: Three }) => (
  <dl>{labels.map((label, index) => <div key={label}><dt>{label}</dt><dd><bdi dir="ltr">{numbers[index]}</bdi></dd></div>)}</dl>
);

/** For the counter, in the citizen's language; it is on paper only. */
function Sheet({ receipt, language, dir, numbers }: { receipt: Receipt; language: Language; dir: 'rtl' | 'ltr'; numbers: Three }) {
  const { receipt: words, layout } = citizenTexts[language].pages;
  return (
    <section className="paper" lang={language} dir={dir}>
      <Text fw={700}>{layout.name} · {layout.tagline}</Text>
      <h2>{words.title}</h2>
      <Numbers labels={[words.reference, words.code, words.due]} numbers={numbers} />
      <p>{words.codeHint}</p>
      <p>{words.received} <bdi dir="ltr">{formatInstant(receipt.receivedAt)}</bdi></p>
      <p>{words.how}: {words.web} {words.call} <bdi dir="ltr">{line.shown}</bdi></p>
      <p>{layout.bank}</p>
    </section>
  );
}
