import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { OpenSession, SignedOut } from '#contract/staff';
import { ApiProblem, get, post, remove } from '#console/api';
import { keys } from '#console/queries';

export const useSessions = () =>
  useQuery({ queryKey: keys.sessions, queryFn: () => get('/staff/sessions', z.array(OpenSession)) });

/** Ends one of one's sessions, or without an id all but this one. */
export function useEndSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id?: string) =>
      remove(id === undefined ? '/staff/sessions' : `/staff/sessions/${encodeURIComponent(id)}`).catch((error: unknown) => {
        // One that is over already is what was asked for.
        if (!(error instanceof ApiProblem && error.code === 'not_found')) throw error;
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
}

/** Ends the sessions of everybody in a centre, one's own with them if one belongs to it. */
export function useSignOutCentre() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (centre: string) => post(`/staff/centres/${encodeURIComponent(centre)}/sign-out`, SignedOut),
    // The answer to who one is shows the sign-in screen, where the live line has not told it already.
    onSettled: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}
