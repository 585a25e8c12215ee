import { Alert, Anchor, Badge, Button, Group, Text, Title } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { CaseDetail, Me } from '#contract/staff';
import { isGone } from '#console/api';
import { dueOf } from '#console/due';
import { useFormats, useTexts } from '#console/language';
import { dueColour, priorityColour, statusColour } from '#console/looks';
import { useNow } from '#console/now';
import { problemText } from '#console/problems';
import { useCase } from '#console/queries';
import { linkTo } from '#console/router';
import { worksOnCases } from '#console/session';
import { useDueText } from '#console/use-due-text';
import { todayAt } from '#texts/format';
import { About } from './about.tsx';
import { AccessPanel } from './access-panel.tsx';
import { Actions } from './actions.tsx';
import { Connections } from './connections.tsx';
import { CaseReaders } from './readings.tsx';
import { RevealPanel } from './reveal-panel.tsx';
import { isUnreached } from './standing.ts';
import { Story } from './story.tsx';

/** Seldom needed: fetched beside the case. */
const RightsPanel = lazy(async () => ({ default: (await import('./rights-panel.tsx')).RightsPanel }));

/** One case: everything that happened in order, what is known, and what may be done. */
export function CaseScreen({ id, me }: { id: string; me: Me }) {
  const texts = useTexts();
  const found = useCase(id);
  return (
    <>
      <Anchor {...linkTo({ screen: 'queue' })} className="back">{texts.case.back}</Anchor>
      {found.error && (
        <Alert color="red" role="alert" my="md">
          <Group>
            {problemText(found.error, texts)}
            <Button variant="default" onClick={() => void found.refetch()}>{texts.retry}</Button>
          </Group>
        </Alert>
      )}
      {found.isPending && <Text p="xl">{texts.loading}</Text>}
      {found.data && !isGone(found.error) && <Whole one={found.data} me={me} />}
    </>
  );
}

function Whole({ one, me }: { one: CaseDetail; me: Me }) {
  const texts = useTexts();
  return (
    <>
      <Heading one={one} />
      {isUnreached(one) && <Alert color="orange" p="xs" my="sm">{texts.sending.unreached}</Alert>}
      <div className="case">
        <div>
          <Story one={one} />
          <Actions one={one} me={me} />
          <AccessPanel one={one} me={me} />
          {worksOnCases(me) && <Suspense><RightsPanel one={one} me={me} /></Suspense>}
        </div>
        <aside aria-label={texts.case.about}>
          <About one={one} />
          {worksOnCases(me) && <RevealPanel one={one} />}
          <Connections one={one} />
          {me.role === 'supervisor' && <CaseReaders id={one.id} />}
        </aside>
      </div>
    </>
  );
}

function Heading({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const formats = useFormats();
  const dueText = useDueText();
  const due = dueOf(one, todayAt(useNow()));
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever listens to the page, or works by keyboard, starts at the case that was opened.
  useEffect(() => heading.current?.focus(), []);
  return (
    <Group mb="md" gap="sm">
      <Title order={1} size="h3" tabIndex={-1} ref={heading}>
        {texts.case.reference} <bdi dir="ltr">{formats.reference(one.reference)}</bdi>
      </Title>
      <Badge color={statusColour(one.status)} size="lg">{texts.statuses[one.status]}</Badge>
      {one.readers && <Badge color="grape" size="lg">{texts.access.sealed}</Badge>}
      <Badge color={priorityColour[one.priority]} size="lg">
        {texts.queue.columns.priority} · {texts.priorities[one.priority]}
      </Badge>
      <Badge color={dueColour[due.level]} size="lg">
        {texts.queue.columns.due} · <bdi>{formats.date(one.legalDueDate)}</bdi>
        {due.level !== 'answered' && <> · {dueText(due)}</>}
      </Badge>
    </Group>
  );
}
