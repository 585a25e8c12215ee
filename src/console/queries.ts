import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { CategoryList, TerritoryList } from '#contract/filing';
import { ResponseTimes } from '#contract/reports';
import { CaseDetail, CaseList, CaseSummary, QueueView } from '#contract/staff';
import type { Outcome, Status } from '#contract/words';
import { get, post, query } from './api.ts';

export const keys = {
  me: ['me'],
  queues: ['queues'],
  cases: ['cases'],
  case: (id: string) => ['case', id],
  report: ['report'],
  names: ['names'],
} as const;

export const useQueues = () =>
  useQuery({ queryKey: keys.queues, queryFn: () => get('/staff/queues', z.array(QueueView)) });

export type CaseFilter = { queue: string | undefined; mine: boolean };

export const useCases = (filter: CaseFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.cases, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get(`/staff/cases${query({ queue: filter.queue, mine: filter.mine ? 'true' : undefined, cursor: pageParam })}`, CaseList),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });

export const useCase = (id: string) =>
  useQuery({ queryKey: keys.case(id), queryFn: () => get(`/staff/cases/${encodeURIComponent(id)}`, CaseDetail) });

/** Takes the next case of the first of these queues that has one; null when none has. */
export function useNextCase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (queues: readonly string[]) => {
      for (const queue of queues) {
        const taken = await post(`/staff/queues/${encodeURIComponent(queue)}/next`, CaseSummary);
        if (taken) return taken;
      }
      return null;
    },
    onSettled: () => Promise.all([
      client.invalidateQueries({ queryKey: keys.queues }),
      client.invalidateQueries({ queryKey: keys.cases }),
    ]),
  });
}

export type CaseAction =
  | { verb: 'claim' }
  | { verb: 'release'; reason: string }
  | { verb: 'assign'; queue: string; category?: string; reason: string }
  | { verb: 'reply'; text: string; question: boolean }
  | { verb: 'note'; text: string }
  | { verb: 'move'; to: Status; reason?: string; outcome?: Outcome; text?: string };

/** Acts on the case as it was last read: the server refuses (`stale`) what somebody else changed since. */
export function useCaseAction(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: CaseAction) => {
      const version = client.getQueryData<CaseDetail>(keys.case(id))?.version;
      return post(`/staff/cases/${encodeURIComponent(id)}/${verb}`, CaseSummary, { ...body, version });
    },
    onSuccess: (summary) => {
      client.setQueryData<CaseDetail>(keys.case(id), (old) => old && { ...old, ...summary });
    },
    // After a refusal too: what is on the screen was not what is true.
    onSettled: () => Promise.all([
      client.invalidateQueries({ queryKey: keys.case(id) }),
      client.invalidateQueries({ queryKey: keys.queues }),
      client.invalidateQueries({ queryKey: keys.cases }),
    ]),
  });
}

export type ReportChoice = { from: string; to: string; by: string };

export const reportAddress = (choice: ReportChoice, suffix = ''): string =>
  `/staff/reports/response-times${suffix}${query(choice)}`;

export const useReport = (choice: ReportChoice) =>
  useQuery({
    queryKey: [...keys.report, choice],
    queryFn: () => get(reportAddress(choice), ResponseTimes),
    placeholderData: (previous) => previous,
  });

/** Names of categories and territories; they change with a release, not during a day. */
export const useCategories = () =>
  useQuery({ queryKey: [...keys.names, 'categories'], queryFn: () => get('/categories', CategoryList), staleTime: Infinity });
export const useTerritories = () =>
  useQuery({ queryKey: [...keys.names, 'territories'], queryFn: () => get('/territories', TerritoryList), staleTime: Infinity });
