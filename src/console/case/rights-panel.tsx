import { Paper, Tabs, Text, Title } from '@mantine/core';
import type { CaseDetail, Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { EraseForm } from './erase-form.tsx';
import { GiveForm } from './give-form.tsx';
import { HoldForm } from './hold-form.tsx';
import { RectifyForm } from './rectify-form.tsx';
import { standingOf } from './standing.ts';

/** What a citizen may ask about their own data (law 09-08): anybody who works the case corrects, a supervisor does the rest. */
export function RightsPanel({ one, me }: { one: CaseDetail; me: Me }) {
  const { rights: words } = useTexts().privacy;
  const { erased } = standingOf(one);
  const supervises = me.role === 'supervisor';
  return (
    <Paper withBorder p="sm" mt="md" component="section" aria-labelledby="rights">
      <Title order={2} size="h5" id="rights" mb="xs">{words.heading}</Title>
      <Text size="sm" mb="xs">{erased ? words.erased : words.basis}</Text>
      {!erased && (
        <Tabs defaultValue={null} keepMounted={false} allowTabDeactivation activateTabWithKeyboard={false}>
          <Tabs.List>
            <Tabs.Tab value="rectify">{words.tabs.rectify}</Tabs.Tab>
            {supervises && <Tabs.Tab value="give">{words.tabs.give}</Tabs.Tab>}
            {supervises && <Tabs.Tab value="hold">{words.tabs.hold}</Tabs.Tab>}
            {supervises && <Tabs.Tab value="erase">{words.tabs.erase}</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="rectify" pt="sm"><RectifyForm one={one} /></Tabs.Panel>
          {supervises && <Tabs.Panel value="give" pt="sm"><GiveForm one={one} /></Tabs.Panel>}
          {supervises && <Tabs.Panel value="hold" pt="sm"><HoldForm one={one} /></Tabs.Panel>}
          {supervises && <Tabs.Panel value="erase" pt="sm"><EraseForm one={one} /></Tabs.Panel>}
        </Tabs>
      )}
    </Paper>
  );
}
