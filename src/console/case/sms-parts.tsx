import { Text } from '@mantine/core';
import { mostParts, partsOf } from '#contract/sms';
import type { CaseDetail } from '#contract/staff';
import { useTexts } from '#console/language';
import { replyChannel } from './reply-channel.ts';

/** The words with which an SMS says which case it is about, in their place: of the alphabet that decides what a letter costs. */
const aboutIn = (language: CaseDetail['language']): string => (language === 'fr' || language === 'en' ? '0'.repeat(21) : 'م'.repeat(18));

/** How many parts what is being written takes as an SMS; nothing where it leaves another way. */
export function SmsParts({ one, text }: { one: CaseDetail; text: string }) {
  const { sending } = useTexts();
  if (replyChannel(one) !== 'sms' || text.trim() === '') return null;
  const parts = partsOf(aboutIn(one.language) + text);
  return <Text size="xs" role="status" {...(parts > mostParts ? { c: 'red.9', fw: 600 } : {})}>{parts > mostParts ? sending.tooLong : sending.parts(String(parts))}</Text>;
}
