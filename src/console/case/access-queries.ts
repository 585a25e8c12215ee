import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { Colleague, type Block, type Seal, type Unblock } from '#contract/access';
import type { WithReason } from '#contract/rights';
import { get, send } from '#console/api';
import { keys } from '#console/queries';
import { go } from '#console/router';

/** Asked anew each time: accounts are made and closed. */
export const useColleagues = () => useQuery({ queryKey: [...keys.names, 'colleagues'], queryFn: () => get('/staff/colleagues', z.array(Colleague)) });

export type AccessAction = ({ verb: 'seal' } & Seal) | ({ verb: 'unseal' } & WithReason) | ({ verb: 'block' } & Block) | ({ verb: 'unblock' } & Unblock);

/** @param me whoever is kept out by what they do themselves goes back to the queue, and nothing of the case stays with them */
export function useAccessAction(id: string, me: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: AccessAction) => send('POST', `/staff/cases/${encodeURIComponent(id)}/${verb}`, body),
    onSuccess: (_done, action) => {
      if (!(action.verb === 'seal' && !action.readers.includes(me)) && !(action.verb === 'block' && (action.staff ?? me) === me)) return;
      go({ screen: 'queue' });
      client.removeQueries({ queryKey: keys.case(id) });
    },
    onSettled: () => Promise.all([keys.case(id), keys.queues, keys.cases].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
