import { Anchor, Button, Group, Text } from '@mantine/core';
import { useTexts } from '#console/language';
import { linkTo } from '#console/router';
import { useSoftphone } from './use-softphone.ts';

/** The operator's telephone, on every screen: a call goes on while they read and write. */
export function TelephoneBar() {
  const { telephone: words, nav } = useTexts();
  const { state, muted, ...phone } = useSoftphone();
  return (
    <section className="telephone" aria-label={words.label}>
      <Group gap="sm">
        <Text size="sm" role="status">{words.states[state]}</Text>
        {state === 'closed' && <Button variant="default" onClick={() => void phone.open()}>{words.open}</Button>}
        {state === 'failed' && <Button variant="default" onClick={() => void phone.open()}>{words.again}</Button>}
        {state === 'ready' && <Button onClick={() => void phone.next()}>{words.next}</Button>}
        {state === 'ringing' && <Button color="teal" onClick={phone.accept}>{words.accept}</Button>}
        {state === 'ringing' && <Button variant="default" onClick={phone.refuse}>{words.refuse}</Button>}
        {state === 'talking' && <Button variant="default" aria-pressed={muted} onClick={phone.mute}>{muted ? words.unmute : words.mute}</Button>}
        {(state === 'talking' || state === 'calling') && <Button color="red" onClick={phone.hangUp}>{words.hangUp}</Button>}
        {state === 'talking' && <Anchor {...linkTo({ screen: 'file' })} className="target">{nav.taking}</Anchor>}
        {(state === 'ready' || state === 'failed') && <Button variant="subtle" onClick={phone.close}>{words.close}</Button>}
      </Group>
    </section>
  );
}
