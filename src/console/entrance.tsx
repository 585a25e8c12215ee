import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from './language.ts';
import { LanguageSwitch } from './language-switch.tsx';

/** The frame of every screen before the work: one sheet in the middle, with what it is for. `beside`: what is not on the sheet. */
export function EntranceSheet({ heading, children, beside }: { heading: string; children: ReactNode; beside?: ReactNode }) {
  const texts = useTexts();
  return (
    <main className="sign-in">
      <Paper withBorder p="xl">
        <Stack>
          <LanguageSwitch />
          <Title order={1} size="h3">{texts.title}</Title>
          <Title order={2} size="h5">{heading}</Title>
          {children}
        </Stack>
      </Paper>
      {beside}
    </main>
  );
}
