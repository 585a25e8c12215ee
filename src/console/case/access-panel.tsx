import { Paper, Tabs, Text, Title } from '@mantine/core';
import { useRef, useState } from 'react';
import type { CaseDetail, Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { keepsOut } from './allowed.ts';
import { BlockForm } from './block-form.tsx';
import { Blocks } from './blocks.tsx';
import { SealForm } from './seal-form.tsx';
import { UnsealForm } from './unseal-form.tsx';

/** Who sees the case and whom a conflict of interest keeps from it; whoever may changes it. */
export function AccessPanel({ one, me }: { one: CaseDetail; me: Me }) {
  const texts = useTexts();
  const { access: words } = texts;
  const may = keepsOut(me, one);
  const heading = useRef<HTMLHeadingElement>(null);
  const [tab, setTab] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  const choose = (next: string | null) => {
    setTab(next);
    setDone(false);
  };
  // The form goes away with what it did: whoever works by keyboard goes on from the top of the panel.
  const finish = () => {
    setTab(null);
    setDone(true);
    heading.current?.focus();
  };
  if (may.block === 'nobody') return null;
  return (
    <Paper withBorder p="sm" mt="md" component="section" aria-labelledby="access">
      <Title order={2} size="h5" id="access" mb="xs" tabIndex={-1} ref={heading}>{words.heading}</Title>
      <Text size="sm">{one.readers ? words.readers : words.open}</Text>
      {one.readers && <ul className="people">{one.readers.map(({ id, name }) => <li key={id}><bdi>{name}</bdi></li>)}</ul>}
      <Blocks one={one} me={me} done={finish} />
      <Text size="sm" role="status">{done && texts.case.done}</Text>
      <Tabs value={tab} onChange={choose} keepMounted={false} allowTabDeactivation activateTabWithKeyboard={false} mt="xs">
        <Tabs.List>
          {may.seal && <Tabs.Tab value="seal">{one.readers ? words.tabs.readers : words.tabs.seal}</Tabs.Tab>}
          {may.unseal && <Tabs.Tab value="unseal">{words.tabs.unseal}</Tabs.Tab>}
          <Tabs.Tab value="block">{words.tabs.block}</Tabs.Tab>
        </Tabs.List>
        {may.seal && <Tabs.Panel value="seal" pt="sm"><SealForm one={one} me={me} done={finish} /></Tabs.Panel>}
        {may.unseal && <Tabs.Panel value="unseal" pt="sm"><UnsealForm one={one} me={me} done={finish} /></Tabs.Panel>}
        <Tabs.Panel value="block" pt="sm"><BlockForm one={one} me={me} anybody={may.block === 'anybody'} done={finish} /></Tabs.Panel>
      </Tabs>
    </Paper>
  );
}
