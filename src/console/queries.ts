import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { CategoryList, TerritoryList } from '#contract/filing';
import { ResponseTimes, RevealReport } from '#contract/reports';
import { Organisation, type ReferralField } from '#contract/referrals';
import { CaseReadings } from '#contract/readings';
import { CaseDetail, CaseList, CaseSummary, Destination, QueueView } from '#contract/staff';
import type { Outcome, Status } from '#contract/words';
import { get, post, query } from './api.ts';
import { dropDrafts, haveSeen, type DraftField } from './drafts.ts';

export const keys = {
  me: ['me'],
  factors: ['factors'],
  sessions: ['sessions'],
  queues: ['queues'],
  cases: ['cases'],
  case: (id: string) => ['case', id],
  report: ['report'],
  callbacks: ['callbacks'],
  channels: ['channels'],
  names: ['names'],
} as const;

export const useQueues = () =>
  useQuery({ queryKey: keys.queues, queryFn: () => get('/staff/queues', z.array(QueueView)) });

/** Without a state: the open cases, to which something is still to be done. */
export type CaseFilter = { queue: string | undefined; mine: boolean; state: Status | undefined };

export const useCases = (filter: CaseFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.cases, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get(`/staff/cases${query({ ...filter, mine: filter.mine ? 'true' : undefined, cursor: pageParam })}`, CaseList),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });

/** The case of a reference that a person typed, once it can be one; null where none in sight answers to it. */
export const useByReference = (typed: string) =>
  useQuery({
    queryKey: [...keys.cases, 'reference', typed],
    queryFn: async () => (await get(`/staff/cases${query({ q: typed })}`, CaseList)).items[0] ?? null,
    enabled: typed.replace(/\P{Nd}/gu, '').length >= 10,
  });

export const useCase = (id: string) =>
  useQuery({ queryKey: keys.case(id), queryFn: () => get(`/staff/cases/${encodeURIComponent(id)}`, CaseDetail) });

/** Under the case's own key, so that what renews the case renews its readings. */
export const useReadings = (id: string) =>
  useQuery({ queryKey: [...keys.case(id), 'readings'], queryFn: () => get(`/staff/cases/${encodeURIComponent(id)}/readings`, CaseReadings) });

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
  | { verb: 'refer'; to: string; fields: ReferralField[]; reason: string }
  | { verb: 'answer'; text: string }
  | { verb: 'merge'; into: string; reason: string }
  | { verb: 'unmerge'; reason: string }
  | { verb: 'split'; messages: string[]; reason: string }
  | { verb: 'move'; to: Status; reason?: string; outcome?: Outcome; text?: string };

/**
 * Acts on the case as the person saw it (`version`): the server refuses (`stale`) where it changed since. What `drafts`
 * held is sent then, and dropped, even if the person has gone to another screen meanwhile.
 */
export function useCaseAction(id: string, ...drafts: DraftField[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: CaseAction & { version: number }) =>
      post(`/staff/cases/${encodeURIComponent(id)}/${verb}`, CaseSummary, body),
    onSuccess: (summary) => {
      client.setQueryData<CaseDetail>(keys.case(id), (old) => old && { ...old, ...summary });
      dropDrafts(id, drafts);
      if (summary) haveSeen(id, summary.version);
    },
    // After a refusal too: what is on the screen was not what is true. A case that was sent elsewhere may be out of
    // sight, and is not asked for again.
    onSettled: (summary, _error, { verb }) => Promise.all([
      client.invalidateQueries({ queryKey: keys.case(id), refetchType: summary && (verb === 'assign' || verb === 'answer') ? 'none' : 'active' }),
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

export const useReveals = (period: { from: string; to: string }) =>
  useQuery({
    queryKey: [...keys.report, 'reveals', period],
    queryFn: () => get(`/staff/reports/reveals${query(period)}`, RevealReport),
    placeholderData: (previous) => previous,
  });

/** Where a case may be sent, and with it the names of the centres; like all names they do not change during a day. */
export const useDestinations = (enabled = true) =>
  useQuery({
    queryKey: [...keys.names, 'destinations'],
    queryFn: () => get('/staff/destinations', z.array(Destination)),
    staleTime: Infinity,
    enabled,
  });
/** Bodies to which a case may be referred. */
export const useOrganisations = () =>
  useQuery({ queryKey: [...keys.names, 'organisations'], queryFn: () => get('/staff/organisations', z.array(Organisation)), staleTime: Infinity });
export const useCategories = () =>
  useQuery({ queryKey: [...keys.names, 'categories'], queryFn: () => get('/categories', CategoryList), staleTime: Infinity });
export const useTerritories = () =>
  useQuery({ queryKey: [...keys.names, 'territories'], queryFn: () => get('/territories', TerritoryList), staleTime: Infinity });
