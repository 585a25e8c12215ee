import { Alert, Anchor, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CaseList, type CaseSummary } from '#contract/staff';
import { finalStatuses, type Status } from '#contract/words';
import { postFor } from '#console/api';
import { useFormats, useTexts } from '#console/language';
import { useNames } from '#console/names';
import { problemText } from '#console/problems';
import { linkTo } from '#console/router';

const over: readonly Status[] = ['resolved', ...finalStatuses.filter((status) => status !== 'duplicate')];

/** Asked once for a number that was typed to its end: it counts as a search. */
export const useEarlier = (number: string) =>
  useQuery({
    queryKey: ['callers', number],
    queryFn: async () => (await postFor('/staff/callers', CaseList, { phone: number })).items,
    enabled: number !== '',
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });

/** A phone is not a person: whoever has the citizen on the line asks, and says whose case it is. Names are masked. */
export function EarlierCases({ seeking, found, error, chosen, choose }: { seeking: boolean; found: readonly CaseSummary[] | undefined; error: Error | null; chosen: string; choose: (id: string) => void }) {
  const texts = useTexts();
  const formats = useFormats();
  const names = useNames();
  const { taking: words } = texts;
  const said = (one: CaseSummary): string =>
    [one.citizen.name ?? words.noName, texts.kinds[one.kind], ...(one.category === null ? [] : [names.category(one.category)]), formats.instant(one.receivedAt), texts.statuses[one.status]].join(' · ');
  return (
    <>
      <Text role="status" size="sm">{seeking && words.seeking}{found && (found.length === 0 ? words.none : words.found(formats.number(found.length)))}</Text>
      {error && <Alert color="orange" p="xs" role="alert">{problemText(error, texts)}</Alert>}
      {found && found.length > 0 && (
        <Radio.Group label={words.which} description={words.ask} value={chosen} onChange={choose} name="whose">
          <Stack gap={0}>
            {found.map((one) => (
              <div key={one.id} className="target">
                <Radio value={one.id} disabled={over.includes(one.status)} label={said(one)} description={over.includes(one.status) ? words.ended : undefined} />
                <Anchor {...linkTo({ screen: 'case', id: one.id })} size="sm" ms="md">{words.open(formats.reference(one.reference))}</Anchor>
              </div>
            ))}
            <Radio className="target" value="another" label={words.another} />
          </Stack>
        </Radio.Group>
      )}
    </>
  );
}
