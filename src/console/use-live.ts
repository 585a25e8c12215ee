import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LiveFrame } from '#contract/live';
import { inBackground } from './api.ts';
import { connectLive, gather, type LiveState } from './live.ts';
import { keys } from './queries.ts';
import { endSession } from './session.ts';

/**
 * Joins the live line to what is on the screen: a change re-reads lists and that case, a reconnection everything.
 * @param listens false for who may not listen: partners read anew when they come back to the window
 */
export function useLive(listens: boolean): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    if (!listens) return undefined;
    const reread = (...known: (readonly string[])[]) =>
      inBackground(() => Promise.all(known.map((queryKey) => client.invalidateQueries({ queryKey }))));
    const changes = gather<LiveFrame>(300, async (frames) => {
      // A message's delivery changes a case without a new version, so every hint counts.
      const changed = new Set(frames.map(({ caseId }) => caseId));
      await reread(keys.queues, keys.cases, ...[...changed].map(keys.case));
    });
    const disconnect = connectLive(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`, {
      frame: changes.add,
      open: () => void reread([]),
      // The browser does not tell why an upgrade was refused; asking who we are does.
      lost: () => void reread(keys.me),
      revoked: () => endSession(client),
      state: setState,
    });
    return () => {
      disconnect();
      changes.stop();
    };
  }, [client, listens]);

  return state;
}
