import { Anchor, Badge, Table, Text } from '@mantine/core';
import type { CaseSummary, Me } from '#contract/staff';
import { dueOf } from '#console/due';
import { useFormats, useTexts } from '#console/language';
import { dueColour, priorityColour, statusColour } from '#console/looks';
import { useNames } from '#console/names';
import { useNow } from '#console/now';
import { linkTo } from '#console/router';
import { useDueText } from '#console/use-due-text';
import { todayAt } from '#texts/format';
import { withFilesNamed } from '#ui/files';
import { withMarksShown } from '#ui/marks';

/** The cases in the order of the server: most urgent first, then by date. A partner is not told who holds them. */
export function CaseTable({ items, me }: { items: readonly CaseSummary[]; me: Me }) {
  const { columns, heading } = useTexts().queue;
  const now = useNow();
  return (
    <Table className="cases" aria-label={heading} highlightOnHover verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{columns.priority}</Table.Th>
          <Table.Th>{columns.reference}</Table.Th>
          <Table.Th>{columns.subject}</Table.Th>
          <Table.Th>{columns.received}</Table.Th>
          <Table.Th>{columns.due}</Table.Th>
          <Table.Th>{columns.status}</Table.Th>
          {me.role !== 'partner' && <Table.Th>{columns.holder}</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{items.map((one) => <CaseRow key={one.id} one={one} me={me} now={now} />)}</Table.Tbody>
    </Table>
  );
}

function CaseRow({ one, me, now }: { one: CaseSummary; me: Me; now: number }) {
  const texts = useTexts();
  const formats = useFormats();
  const names = useNames();
  const dueText = useDueText();
  const due = dueOf(one, todayAt(now));
  const category = one.subcategory ?? one.category;
  return (
    <Table.Tr className="case-row">
      <Table.Td><Badge color={priorityColour[one.priority]}>{texts.priorities[one.priority]}</Badge></Table.Td>
      <Table.Td>
        <Anchor {...linkTo({ screen: 'case', id: one.id })} className="row-link" fw={600}>
          <bdi dir="ltr">{formats.reference(one.reference)}</bdi>
        </Anchor>
        <Text size="xs" c="dimmed">{texts.kinds[one.kind]} · {texts.channels[one.channel]}</Text>
      </Table.Td>
      <Table.Td className="subject">
        <Text size="sm" fw={600}>{category ? names.category(category) : texts.none}</Text>
        <Text size="sm" lineClamp={1} dir="auto">{withMarksShown(withFilesNamed(one.preview, texts.attachment.kinds))}</Text>
      </Table.Td>
      <Table.Td><Text size="sm"><time dateTime={one.receivedAt}>{formats.ago(one.receivedAt, now)}</time></Text></Table.Td>
      <Table.Td>
        <Text size="sm"><bdi>{formats.date(one.legalDueDate)}</bdi></Text>
        {due.level !== 'answered' && <Badge color={dueColour[due.level]}>{dueText(due)}</Badge>}
      </Table.Td>
      <Table.Td><Badge color={statusColour(one.status)}>{texts.statuses[one.status]}</Badge></Table.Td>
      {me.role !== 'partner' && <Table.Td>
        <Text size="sm">
          {!one.assignedTo ? texts.queue.free : one.assignedTo.id === me.id ? texts.queue.me : <bdi>{one.assignedTo.name}</bdi>}
        </Text>
      </Table.Td>}
    </Table.Tr>
  );
}
