import { Button, Group, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Receipt } from '#contract/filing';
import { useFormats, useTexts } from '#console/language';

/** The receipt as a sheet for the person: shown once, because nobody but them is told the code. */
export function GivenReceipt({ receipt, another }: { receipt: Receipt; another: () => void }) {
  const { filing: { receipt: words } } = useTexts();
  const formats = useFormats();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const rows = [[words.reference, formats.reference(receipt.reference)], [words.code, receipt.code], [words.due, formats.date(receipt.legalDueDate)]] as const;
  return (
    <>
      <section className="given how" aria-labelledby="receipt">
        <Title order={1} size="h3" id="receipt" tabIndex={-1} ref={heading} mb="xs">{words.heading}</Title>
        <Text size="sm" mb="md">{words.how}</Text>
        <dl className="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><bdi dir="ltr"><b>{value}</b></bdi></dd></div>)}</dl>
      </section>
      <Group mt="md">
        <Button onClick={() => print()}>{words.print}</Button>
        <Button variant="default" onClick={another}>{words.another}</Button>
      </Group>
    </>
  );
}
