import { Anchor, Badge, Group } from '@mantine/core';
import type { CaseDetail } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { fileKindOf } from '#ui/files';

type Attachment = CaseDetail['attachments'][number];

/** The files of a message: those known to be safe open in a window of their own, of the others it says why they do not. */
export function Attachments({ caseId, attachments }: { caseId: string; attachments: Attachment[] }) {
  const { attachment: words } = useTexts();
  if (attachments.length === 0) return null;
  return (
    <Group component="ul" gap="xs" mt="xs" className="files" aria-label={words.label}>
      {attachments.map((one, index) => (
        <li key={one.id}><File caseId={caseId} one={one} number={index + 1} /></li>
      ))}
    </Group>
  );
}

function File({ caseId, one, number }: { caseId: string; one: Attachment; number: number }) {
  const { attachment: words } = useTexts();
  const formats = useFormats();
  const name = `${words.kinds[fileKindOf(one.type)]} ${formats.number(number)} · ${words.size(formats.number(Math.max(1, Math.round(one.size / 1024))))}`;
  const state = one.state === 'refused' && one.reason !== null ? words.reasons[one.reason] : words.states[one.state];
  if (one.state === 'clean')
    return <Anchor href={`/api/v1/staff/cases/${encodeURIComponent(caseId)}/attachments/${encodeURIComponent(one.id)}`} target="_blank" rel="noopener noreferrer" className="target">{name}</Anchor>;
  return <Group gap="xs" className="target"><span>{name}</span><Badge color={one.state === 'refused' ? 'red' : 'gray'}>{state}</Badge></Group>;
}
