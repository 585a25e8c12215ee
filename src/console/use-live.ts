import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LiveFrame } from '#contract/live';
import { connectLive, gather, type LiveState } from './live.ts';
import { keys } from './queries.ts';
import { endSession } from './session.ts';

/** Joins the live line to what is on the screen: a change re-reads lists and that case, a reconnection everything. */
export function useLive(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const changes = gather<LiveFrame>(300, async (frames) => {
      // A message's delivery changes a case without a new version, so every hint counts.
      const changed = new Set(frames.map(({ caseId }) => caseId));
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.queues }),
        client.invalidateQueries({ queryKey: keys.cases }),
        ...[...changed].map((id) => client.invalidateQueries({ queryKey: keys.case(id) })),
      ]);
    });
    const disconnect = connectLive(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`, {
      frame: changes.add,
      open: () => void client.invalidateQueries(),
      // The browser does not tell why an upgrade was refused; asking who we are does.
      lost: () => void client.invalidateQueries({ queryKey: keys.me }),
      revoked: () => endSession(client),
      state: setState,
    });
    return () => {
      disconnect();
      changes.stop();
    };
  }, [client]);

  return state;
}
