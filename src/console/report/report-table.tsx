import { Table, Text } from '@mantine/core';
import type { Dimension, ReportRow, ResponseTimes } from '#contract/reports';
import { Channel } from '#contract/words';
import { useFormats, useLanguage, useTexts } from '#console/language';
import { useNames } from '#console/names';
import { useDestinations } from '#console/queries';
import { Bars } from '#ui/chart';
import { longestOf, shareOf } from './scale.ts';

type Measure = 'firstReply' | 'resolution';

/** One row per group and one for all. The bars of a measure share one scale, so that rows can be compared. */
export function ReportTable({ report }: { report: ResponseTimes }) {
  const { report: words } = useTexts();
  const formats = useFormats();
  const name = useGroupName(report.by.includes('centre'));
  const rows = [report.total, ...report.rows];
  const longest = { firstReply: longestOf(rows.map((row) => row.firstReply)), resolution: longestOf(rows.map((row) => row.resolution)) };
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table className="report" verticalSpacing="xs">
        <Table.Caption>{words.caption(formats.date(report.from), formats.date(report.to))}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {report.by.map((one) => <Table.Th key={one} scope="col">{words.dimensions[one]}</Table.Th>)}
            <Table.Th scope="col">{words.count}</Table.Th>
            <Table.Th scope="col">{words.firstReply}</Table.Th>
            <Table.Th scope="col">{words.resolution}</Table.Th>
            <Table.Th scope="col">{words.legal}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.rows.map((row) => (
            <Table.Tr key={report.by.map((one) => row[one]).join(' ')}>
              {report.by.map((one) => <Table.Th key={one} scope="row"><bdi>{name(one, row[one])}</bdi></Table.Th>)}
              <Figures row={row} longest={longest} />
            </Table.Tr>
          ))}
          <Table.Tr className="total">
            <Table.Th scope="row" colSpan={report.by.length}>{words.total}</Table.Th>
            <Figures row={report.total} longest={longest} />
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Figures({ row, longest }: { row: ReportRow; longest: Record<Measure, number> }) {
  const { report: words } = useTexts();
  const formats = useFormats();
  return (
    <>
      <Table.Td>{row.count === null ? words.few : formats.number(row.count)}</Table.Td>
      <Times measured={row.firstReply} all={row.count} longest={longest.firstReply} />
      <Times measured={row.resolution} all={row.count} longest={longest.resolution} />
      <Table.Td>
        <Text size="sm" fw={600}>{row.legal.share === null ? '–' : <bdi>{formats.share(row.legal.share)}</bdi>}</Text>
        {row.legal.late === null && row.count !== null && <Text size="xs">{words.few}</Text>}
        {row.legal.late !== null && row.legal.late > 0 && <Text size="xs">{words.late(formats.number(row.legal.late))}</Text>}
      </Table.Td>
    </>
  );
}

function Times({ measured, all, longest }: { measured: ReportRow[Measure]; all: number | null; longest: number }) {
  const { report: words } = useTexts();
  const formats = useFormats();
  const dir = useLanguage() === 'ar' ? 'rtl' : 'ltr';
  const said = (seconds: number | null) => (seconds === null ? words.notReached : formats.duration(seconds));
  // Nothing is told of it: then not that it was not reached, either.
  if (measured.count === null && measured.p50 === null) return <Table.Td>{words.few}</Table.Td>;
  return (
    <Table.Td className="times">
      <Text size="sm">{words.p50} <b>{said(measured.p50)}</b></Text>
      <Text size="sm">{words.p90} <b>{said(measured.p90)}</b></Text>
      <Bars dir={dir} bars={[
        { share: shareOf(measured.p50, longest), tone: 'strong' },
        { share: shareOf(measured.p90, longest), tone: 'soft' },
      ]} />
      {all !== null && <Text size="xs">{measured.count === null ? words.few : words.reached(formats.number(measured.count), formats.number(all))}</Text>}
    </Table.Td>
  );
}

function useGroupName(centres: boolean): (by: Dimension, value: string | null | undefined) => string {
  const texts = useTexts();
  const names = useNames();
  const formats = useFormats();
  const language = useLanguage();
  const destinations = useDestinations(centres).data ?? [];
  return (by, value) => {
    if (value === null || value === undefined) return texts.report.unknown;
    if (by === 'region') return names.region(value);
    if (by === 'category') return names.category(value);
    if (by === 'centre') return destinations.find(({ centre }) => centre === value)?.centreNames[language] ?? value;
    if (by === 'month') return formats.month(value);
    const channel = by === 'channel' ? Channel.safeParse(value) : undefined;
    return channel?.success ? texts.channels[channel.data] : value;
  };
}
