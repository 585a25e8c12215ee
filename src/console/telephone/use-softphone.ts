import { useCallback, useEffect, useRef, useState } from 'react';
import type { Call, Device } from '@twilio/voice-sdk';
import { VoiceToken } from '#contract/callbacks';
import { postFor } from '#console/api';

type SoftphoneState = 'closed' | 'opening' | 'ready' | 'calling' | 'ringing' | 'talking' | 'failed';

const askToken = async (): Promise<string> => (await postFor('/staff/voice/token', VoiceToken)).token;

/**
 * The telephone in this browser. The provider's program is fetched when somebody opens it, and is the only part of the console
 * that speaks with anybody but Insat. Closed with the page, and with the session.
 */
export function useSoftphone() {
  const [state, setState] = useState<SoftphoneState>('closed');
  const [muted, setMuted] = useState(false);
  const device = useRef<Device | null>(null);
  const call = useRef<Call | null>(null);

  const close = useCallback(() => {
    device.current?.destroy();
    device.current = call.current = null;
    setState('closed');
  }, []);
  useEffect(() => () => device.current?.destroy(), []);

  /** A call that rings, is made, or goes on; the telephone is free again after it, however it ends. */
  const follow = (one: Call, as: 'ringing' | 'calling') => {
    call.current = one;
    setMuted(false);
    setState(as);
    const over = () => {
      if (call.current !== one) return;
      call.current = null;
      setState('ready');
    };
    one.on('accept', () => setState('talking'));
    for (const end of ['disconnect', 'cancel', 'reject', 'error'] as const) one.on(end, over);
  };

  const renew = async (opened: Device) => {
    try {
      opened.updateToken(await askToken());
    } catch {
      close();
    }
  };

  const open = async () => {
    setState('opening');
    device.current?.destroy();
    try {
      const [{ Device: Softphone }, token] = await Promise.all([import('@twilio/voice-sdk'), askToken()]);
      const opened = new Softphone(token, { closeProtection: true, logLevel: 'silent' });
      device.current = opened;
      // It comes back by itself after the network was away.
      opened.on('registered', () => setState((was) => (was === 'talking' ? was : 'ready')));
      opened.on('error', () => setState((was) => (was === 'talking' ? was : 'failed')));
      opened.on('incoming', (one: Call) => follow(one, 'ringing'));
      opened.on('tokenWillExpire', () => void renew(opened));
      await opened.register();
    } catch {
      setState('failed');
    }
  };

  const next = async () => {
    setState('calling');
    try {
      if (device.current) follow(await device.current.connect(), 'calling');
    } catch {
      setState('failed');
    }
  };

  const mute = () => {
    call.current?.mute(!muted);
    setMuted(!muted);
  };

  return { state, muted, open, close, next, mute, accept: () => call.current?.accept(), refuse: () => call.current?.reject(), hangUp: () => call.current?.disconnect() };
}
