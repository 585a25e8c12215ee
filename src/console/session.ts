import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Assertion } from '#contract/factors';
import { Me, SingleSignOn } from '#contract/staff';
import { ApiProblem, get, post, remove } from './api.ts';
import { draftsOf, forgetDrafts } from './drafts.ts';
import { forgetCall } from './filing/call.ts';
import { keys } from './queries.ts';

/** Nobody is signed in any more: nothing about citizens stays in this browser, except what was being written. */
export function endSession(client: QueryClient): void {
  client.setQueryData(keys.me, null);
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
}

function nullWhenSignedOut(error: unknown): null {
  if (error instanceof ApiProblem && error.code === 'unauthenticated') return null;
  throw error;
}

/** Who is signed in: undefined while unknown, null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: keys.me,
    staleTime: Infinity,
    queryFn: async (): Promise<Me | null> => {
      const me = await get('/staff/me', Me).catch(nullWhenSignedOut);
      if (me) draftsOf(me.id);
      return me;
    },
  });
}

/** Whether one can come in through the administration. Under the key of who one is: it is no secret, and outlives a session. */
export const useSso = () =>
  useQuery({ queryKey: [...keys.me, 'sso'], queryFn: () => get('/staff/sso', SingleSignOn), staleTime: Infinity });

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { login: string; password: string; totp?: string | undefined; webauthn?: Assertion | undefined }) => post('/staff/session', Me, body),
    onSuccess: (me) => {
      if (me) draftsOf(me.id);
      client.setQueryData(keys.me, me);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    // A session that is over already is what was asked for.
    mutationFn: () => remove('/staff/session').catch(nullWhenSignedOut),
    onSuccess: () => {
      forgetDrafts();
      forgetCall();
      endSession(client);
    },
  });
}

export const worksOnCases = (me: Me): boolean => me.role === 'operator' || me.role === 'supervisor';
export const worksForPartner = (me: Me): boolean => me.role === 'partner';
export const readsReports = (me: Me): boolean =>
  me.role === 'administrator' || me.role === 'supervisor' || me.role === 'observer';
/** Supervisors for their own centre, administrators for all: who reveals, and recoveries to confirm. */
export const watchesOver = (me: Me): boolean => me.role === 'administrator' || me.role === 'supervisor';
