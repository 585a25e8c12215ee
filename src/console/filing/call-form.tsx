import { Alert, Button, Group, Paper, Radio, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseSummary } from '#contract/staff';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { AboutCaller } from './about-caller.tsx';
import { BroughtFiles } from './brought-files.tsx';
import type { Call } from './call.ts';
import { EarlierCases, useEarlier } from './earlier-cases.tsx';

type Form = { call: Call; change: (call: Call) => void; clear: () => void; submit: (on: CaseSummary | undefined) => void; busy: boolean; error: Error | null };

/** First whose number it is and which matter, then the words. Everything is reached with the keyboard, in the order of the talk. */
export function CallForm({ call, change, clear, submit, busy, error }: Form) {
  const texts = useTexts();
  const { taking: words } = texts;
  const [number, setNumber] = useState(call.caller.trim());
  const [chosen, setChosen] = useState('');
  const earlier = useEarlier(number);
  const on = earlier.data?.find(({ id }) => id === chosen);
  const undecided = (earlier.data?.length ?? 0) > 0 && chosen === '';
  const behalfTold = !call.behalf || (call.behalfName.trim() !== '' && call.relationship.trim() !== '');
  const ready = !undecided && !earlier.isFetching && call.text.trim() !== '' && (on !== undefined || (call.agreed && behalfTold));

  /** The number that calls is the one we write to, unless another was told. */
  const settle = () => {
    const typed = call.caller.trim();
    if (typed === number) return;
    if (call.phone === '' || call.phone === number) change({ ...call, phone: typed });
    setChosen('');
    setNumber(typed);
  };
  const seek = (event: FormEvent) => {
    event.preventDefault();
    settle();
  };
  return (
    <Paper withBorder p="md" className="how">
      <Title order={1} size="h3" mb="xs">{words.heading}</Title>
      <Text size="sm" mb="md">{words.how}</Text>
      <Stack gap="sm" component="form" onSubmit={seek} mb="sm">
        <Radio.Group label={words.channel} value={call.channel} onChange={(channel) => change({ ...call, channel: channel === 'counter' ? 'counter' : 'phone' })} name="channel">
          <Group>{(['phone', 'counter'] as const).map((value) => <Radio key={value} className="target" value={value} label={texts.channels[value]} />)}</Group>
        </Radio.Group>
        <Group align="end">
          <TextInput label={words.caller} dir="ltr" inputMode="tel" autoComplete="off" maxLength={40} autoFocus value={call.caller} onBlur={settle} onChange={(event) => change({ ...call, caller: event.currentTarget.value })} />
          {/* Never disabled: whoever pressed it would lose their place on the page. */}
          <Button type="submit" variant="default" aria-busy={earlier.isFetching}>{words.seek}</Button>
        </Group>
        <EarlierCases seeking={earlier.isFetching} found={earlier.data} error={earlier.error} chosen={chosen} choose={setChosen} />
      </Stack>
      <Stack gap="sm" component="form" onSubmit={(event: FormEvent) => { event.preventDefault(); if (ready) submit(on); }}>
        <Textarea label={on ? words.more : words.text} autosize minRows={5} maxRows={20} maxLength={on ? 5000 : 10_000} required withAsterisk={false} value={call.text}
          onChange={(event) => change({ ...call, text: event.currentTarget.value })}
          onKeyDown={(event) => { if (event.key === 'Enter' && event.ctrlKey) event.currentTarget.form?.requestSubmit(); }} />
        {!on && <AboutCaller call={call} change={change} />}
        <BroughtFiles files={call.files} change={(files) => change({ ...call, files })} />
        {error && <Alert color="orange" p="xs" role="alert">{problemText(error, texts)}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={clear}>{words.clear}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{on ? words.add : words.submit}</Button>
        </Group>
      </Stack>
    </Paper>
  );
}
