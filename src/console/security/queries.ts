import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Factors, KeyCreation, TotpSecret } from '#contract/factors';
import { Me } from '#contract/staff';
import { get, post, postFor, remove } from '#console/api';
import { keys } from '#console/queries';
import { makeKey } from './keys.ts';

export const useFactors = () => useQuery({ queryKey: keys.factors, queryFn: () => get('/staff/me/factors', Factors) });

export const useTotpSecret = () => useMutation({ mutationFn: () => postFor('/staff/me/totp', TotpSecret) });

/** Once a factor is enrolled, the session may be allowed more. */
function useEnrolled() {
  const client = useQueryClient();
  return async (me: Me | null) => {
    await client.invalidateQueries({ queryKey: keys.factors });
    client.setQueryData(keys.me, me);
  };
}

export const useConfirmTotp = () => useMutation({ mutationFn: (totp: string) => post('/staff/me/totp/confirm', Me, { totp }), onSuccess: useEnrolled() });

export const useNewKey = () =>
  useMutation({
    mutationFn: async (name: string) => {
      const webauthn = await makeKey(await postFor('/staff/me/authenticators/options', KeyCreation));
      return post('/staff/me/authenticators', Me, { name, webauthn });
    },
    onSuccess: useEnrolled(),
  });

export function useRemoveKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/staff/me/authenticators/${encodeURIComponent(id)}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.factors }),
  });
}
