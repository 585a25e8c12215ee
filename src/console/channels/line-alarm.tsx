import { Alert, Anchor, Text } from '@mantine/core';
import type { Me } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { linkTo } from '#console/router';
import { watchesOver, worksOnCases } from '#console/session';
import { useChannels } from './queries.ts';

/** Says to everybody at work that people's messages do not arrive, or ours do not leave, and what to do; gone once they do. */
export function LineAlarm({ me }: { me: Me }) {
  const { channelHealth: words } = useTexts();
  const { instant } = useFormats();
  const channels = useChannels();
  const titles = (channels.data ?? []).flatMap(({ channel, state, since }) =>
    (state === 'deaf' || state === 'down') && since !== null ? [channel === 'phone' ? words.alarm.phone(instant(since)) : words.alarm[state](words.names[channel], instant(since))] : [],
  );
  if (titles.length === 0) return null;
  return (
    <Alert className="line-alarm" color="red" variant="light" radius={0} role="alert" title={titles.map((title) => <Text key={title} fw={700}>{title}</Text>)}>
      {watchesOver(me) ? words.alarm.watcher : words.alarm.operator} {words.alarm.clears}
      <Text mt={4} size="sm">
        {worksOnCases(me) && <Anchor {...linkTo({ screen: 'file' })} className="target-link">{words.alarm.form}</Anchor>}
        {watchesOver(me) && <Anchor {...linkTo({ screen: 'channels' })} className="target-link">{words.alarm.page}</Anchor>}
      </Text>
    </Alert>
  );
}
