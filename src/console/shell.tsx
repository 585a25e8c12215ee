import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Me } from '#contract/staff';
import { WaitingBadge } from './callbacks/waiting-badge.tsx';
import { CaseScreen } from './case/case-screen.tsx';
import { LineAlarm } from './channels/line-alarm.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { useTexts } from './language.ts';
import type { LiveState } from './live.ts';
import type { Place } from './places.ts';
import { QueueScreen } from './queue/queue-screen.tsx';
import type { CaseFilter } from './queries.ts';
import { linkTo, usePlace } from './router.ts';
import { readsReports, useSignOut, watchesOver, worksForPartner, worksOnCases } from './session.ts';
import { StepUp } from './security/step-up.tsx';
import { TelephoneBar } from './telephone/telephone-bar.tsx';
import { useLive } from './use-live.ts';

/** Not what an operator opens all day: fetched when somebody goes there. */
const ReportScreen = lazy(async () => ({ default: (await import('./report/report-screen.tsx')).ReportScreen }));
const RevealsScreen = lazy(async () => ({ default: (await import('./report/reveals-screen.tsx')).RevealsScreen }));
const AccountsScreen = lazy(async () => ({ default: (await import('./accounts/accounts-screen.tsx')).AccountsScreen }));
const ReferredCase = lazy(async () => ({ default: (await import('./case/referred-case.tsx')).ReferredCase }));
const ReferredList = lazy(async () => ({ default: (await import('./queue/referred-list.tsx')).ReferredList }));
const CallbacksScreen = lazy(async () => ({ default: (await import('./callbacks/callbacks-screen.tsx')).CallbacksScreen }));
const ChannelsScreen = lazy(async () => ({ default: (await import('./channels/channels-screen.tsx')).ChannelsScreen }));
const FilingScreen = lazy(async () => ({ default: (await import('./filing/filing-screen.tsx')).FilingScreen }));
const TakingScreen = lazy(async () => ({ default: (await import('./filing/taking-screen.tsx')).TakingScreen }));
const SecurityScreen = lazy(async () => ({ default: (await import('./security-screen.tsx')).SecurityScreen }));

/** The frame around every screen of a person who is signed in: where one may go, and whether the line is live. */
export function Shell({ me }: { me: Me }) {
  const texts = useTexts();
  const partner = worksForPartner(me);
  const live = useLive(!partner);
  const asked = usePlace();
  const [filter, setFilter] = useState<CaseFilter>({ queue: undefined, mine: false, state: undefined });
  const place: Place = (asked.screen === 'queue' || asked.screen === 'case') && !worksOnCases(me) && !partner ? { screen: 'report' } : asked;
  return (
    <>
      <Header me={me} live={live} place={place} />
      {(worksOnCases(me) || watchesOver(me)) && <LineAlarm me={me} />}
      {me.telephone && <TelephoneBar />}
      <main className="screen">
        <Suspense fallback={<Text p="xl">{texts.loading}</Text>}>
          {place.screen === 'file' && (partner ? <FilingScreen /> : worksOnCases(me) ? <TakingScreen me={me} /> : <Text>{texts.noScreen}</Text>)}
          {place.screen === 'callbacks' && (worksOnCases(me) ? <CallbacksScreen me={me} /> : <Text>{texts.noScreen}</Text>)}
          {place.screen === 'channels' && (watchesOver(me) ? <ChannelsScreen /> : <Text>{texts.noScreen}</Text>)}
          {place.screen === 'report' && (readsReports(me) ? <ReportScreen /> : <Text>{texts.noScreen}</Text>)}
          {place.screen === 'reveals' && (watchesOver(me) ? <RevealsScreen /> : <Text>{texts.noScreen}</Text>)}
          {place.screen === 'accounts' && (watchesOver(me) ? <AccountsScreen me={me} /> : <Text>{texts.noScreen}</Text>)}
          {place.screen === 'sessions' && <SecurityScreen me={me} />}
          {place.screen === 'case' && (partner ? <ReferredCase key={place.id} id={place.id} /> : <CaseScreen key={place.id} id={place.id} me={me} />)}
          {place.screen === 'queue' && (partner ? <ReferredList me={me} /> : <QueueScreen me={me} filter={filter} change={setFilter} />)}
        </Suspense>
      </main>
      <StepUp />
    </>
  );
}

function Header({ me, live, place }: { me: Me; live: LiveState; place: Place }) {
  const texts = useTexts();
  const signOut = useSignOut();
  const tabs = [
    ...(worksOnCases(me) || worksForPartner(me) ? [{ to: { screen: 'queue' } as const, label: texts.nav.queue, current: place.screen === 'queue' || place.screen === 'case' }] : []),
    ...(worksOnCases(me) || worksForPartner(me) ? [{ to: { screen: 'file' } as const, label: worksForPartner(me) ? texts.nav.file : texts.nav.taking, current: place.screen === 'file' }] : []),
    ...(worksOnCases(me) ? [{ to: { screen: 'callbacks' } as const, label: texts.nav.callbacks, current: place.screen === 'callbacks' }] : []),
    ...(readsReports(me) ? [{ to: { screen: 'report' } as const, label: texts.nav.report, current: place.screen === 'report' }] : []),
    ...(watchesOver(me) ? [{ to: { screen: 'reveals' } as const, label: texts.nav.reveals, current: place.screen === 'reveals' }] : []),
    ...(watchesOver(me) ? [{ to: { screen: 'channels' } as const, label: texts.nav.channels, current: place.screen === 'channels' }] : []),
    ...(watchesOver(me) ? [{ to: { screen: 'accounts' } as const, label: texts.nav.accounts, current: place.screen === 'accounts' }] : []),
    { to: { screen: 'sessions' } as const, label: texts.nav.sessions, current: place.screen === 'sessions' },
  ];
  return (
    <header className="header">
      <Text fw={700} className="brand">{texts.title}</Text>
      <nav aria-label={texts.nav.label}>
        <Group gap="xs">
          {tabs.map(({ to, label, current }) => (
            <Anchor key={to.screen} {...linkTo(to)} className="tab" underline="never" {...(current && { 'aria-current': 'page' })}>
              {label}
              {to.screen === 'callbacks' && <WaitingBadge />}
            </Anchor>
          ))}
        </Group>
      </nav>
      <Group gap="sm" className="header-end">
        {!worksForPartner(me) && (
          <span role="status">
            <Badge variant="dot" color={live === 'live' ? 'teal' : 'orange'}>{texts.live[live]}</Badge>
          </span>
        )}
        <Text size="sm"><bdi>{me.name}</bdi></Text>
        <LanguageSwitch />
        <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>{texts.nav.signOut}</Button>
      </Group>
    </header>
  );
}
