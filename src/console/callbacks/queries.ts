import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Callback, CallbackList } from '#contract/callbacks';
import { postFor, query, watch } from '#console/api';
import { keys } from '#console/queries';

/** Who asked to be called comes without a hint. */
const everyMs = 30_000;

export const useCallbacks = () =>
  useInfiniteQuery({
    queryKey: [...keys.callbacks, 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => watch(`/staff/callbacks${query({ cursor: pageParam })}`, CallbackList),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: everyMs,
  });

/** How many wait whom nobody has taken. */
export const useCallbacksWaiting = () =>
  useQuery({ queryKey: [...keys.callbacks, 'waiting'], queryFn: async () => (await watch('/staff/callbacks?limit=1', CallbackList)).waiting, refetchInterval: everyMs });

/** After a refusal too: what is on the screen was not what is true. */
export function useCallbackAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: 'take' | 'done' }) => postFor(`/staff/callbacks/${encodeURIComponent(id)}/${act}`, Callback),
    onSettled: () => client.invalidateQueries({ queryKey: keys.callbacks }),
  });
}
