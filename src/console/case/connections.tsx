import { Anchor, Paper, Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import type { CaseDetail } from '#contract/staff';
import { useFormats, useLanguage, useTexts } from '#console/language';
import { linkTo } from '#console/router';

/** Who has the case outside, and the cases with which it is handled. */
export function Connections({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const language = useLanguage();
  const formats = useFormats();
  const { referral, mergedInto, merged, contests, contestedBy } = one;
  const link = ({ id, reference }: { id: string; reference: string }) => (
    <Anchor key={id} {...linkTo({ screen: 'case', id })} display="block" size="sm"><bdi dir="ltr">{formats.reference(reference)}</bdi></Anchor>
  );
  const others = [
    [texts.merge.mergedInto, mergedInto ? [mergedInto] : []], [texts.merge.merged, merged],
    [texts.merge.contests, contests ? [contests] : []], [texts.merge.contestedBy, contestedBy],
  ] as const;
  const shown = others.filter(([, cases]) => cases.length > 0);
  if (!referral && shown.length === 0) return null;
  return (
    <Paper withBorder p="sm" mt="sm">
      {referral && (
        <>
          <Title order={2} size="h6">{texts.refer.with} <bdi>{referral.organisation.names[language] ?? referral.organisation.id}</bdi></Title>
          <Text size="sm">{texts.refer.since(formats.instant(referral.since))}</Text>
          <Text size="sm">{texts.refer.shares}: {referral.fields.map((field) => texts.refer.field[field]).join(' · ') || texts.refer.nothing}</Text>
        </>
      )}
      {shown.map(([title, cases]) => <Fragment key={title}><Title order={2} size="h6" mt="xs">{title}</Title>{cases.map(link)}</Fragment>)}
    </Paper>
  );
}
