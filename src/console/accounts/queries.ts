import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { Account, Recovery, RecoverySecret, type AccountChange, type UseRecovery } from '#contract/accounts';
import { get, postFor, send } from '#console/api';

const keys = { accounts: ['accounts'], recoveries: ['recoveries'] } as const;

export const useAccounts = () => useQuery({ queryKey: keys.accounts, queryFn: () => get('/staff/accounts', z.array(Account)) });
export const useRecoveries = () => useQuery({ queryKey: keys.recoveries, queryFn: () => get('/staff/recoveries', z.array(Recovery)) });

function useReread() {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: keys.accounts }), client.invalidateQueries({ queryKey: keys.recoveries })]);
}

export const useChangeAccount = (id: string) =>
  useMutation({ mutationFn: (change: AccountChange) => send('PATCH', `/staff/accounts/${encodeURIComponent(id)}`, change), onSettled: useReread() });

export const useAskRecovery = (id: string) =>
  useMutation({ mutationFn: () => send('POST', `/staff/accounts/${encodeURIComponent(id)}/recovery`, {}), onSettled: useReread() });

/** The secret is told once: it is in no cache, and gone with the screen. */
export const useConfirmRecovery = () =>
  useMutation({ mutationFn: (id: string) => postFor(`/staff/recoveries/${encodeURIComponent(id)}/confirm`, RecoverySecret, {}), gcTime: 0, onSettled: useReread() });

export const useUseRecovery = () => useMutation({ mutationFn: (input: UseRecovery) => send('POST', '/staff/recovery', input) });
