import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PersonalData, type ErasureReason, type Rectify } from '#contract/rights';
import { Revealed } from '#contract/staff';
import { postFor, send } from '#console/api';
import { keys } from '#console/queries';

const address = (id: string, verb: string): string => `/staff/cases/${encodeURIComponent(id)}/${verb}`;

/** What was shown is in no cache, and gone with the screen. */
function useShown<T>(id: string, ask: (reason: string) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: ask, gcTime: 0, onSettled: () => client.invalidateQueries({ queryKey: keys.case(id) }) });
}

export const useReveal = (id: string) => useShown(id, (reason) => postFor(address(id, 'reveal'), Revealed, { reason }));
export const usePersonalData = (id: string) => useShown(id, (reason) => postFor(address(id, 'personal-data'), PersonalData, { reason }));

export type RightsAction =
  | ({ verb: 'rectify' } & Pick<Rectify, 'version' | 'reason' | 'name' | 'phone' | 'email'>)
  | { verb: 'hold' | 'lift-hold'; version: number; reason: string }
  | { verb: 'erase'; version: number; reason: ErasureReason };

export function useRightsAction(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: RightsAction) => send('POST', address(id, verb), body),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: keys.case(id) }), client.invalidateQueries({ queryKey: keys.cases })]),
  });
}
