import type { Channel } from '#channels/channel';
import { fetchFile } from '#domain/attachments/fetching.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
import { ringCallback } from '#domain/callbacks/calling.actions';
import { fetchRecording } from '#domain/calls/recordings.actions';
import { createIntake } from '#domain/cases/intake.actions';
import type { Context } from '#domain/context';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { createInbox } from '#domain/messages/inbound.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { settleMerges } from '#domain/merging/settling-merges.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { createLog } from '#lib/log';
import type { JobName } from '#jobs/definitions';
import type { CaseHint, Hint } from '#live/bus';

/** Where one story is played: the real actions, at times that it sets itself, with nobody told outside. */
export type Stage = {
  ctx: Context;
  /** Where the case stands, as the last live hint said it. */
  seen(): CaseHint;
  /** Moves the clock. */
  goTo(at: Date): void;
  /** Does what the workers and the provider would do now: jobs, then delivery reports, seconds later. */
  settle(): Promise<void>;
};

const account = 'demo';
const work: Record<JobName, (ctx: Context, id: string) => Promise<void>> = {
  'route-message': routeMessage,
  'triage-case': triageCase,
  'send-message': sendMessage,
  'settle-message': settleMessage,
  'settle-merges': settleMerges,
  'process-attachment': processAttachment,
  'fetch-file': fetchFile,
  'fetch-recording': fetchRecording,
  'ring-callback': ringCallback,
};

/** @param fate what becomes of each SMS */
export const createStage = (real: Context, start: Date, fate: 'sent' | 'delivered' | 'failed'): Stage => {
  let now = start;
  let seen: CaseHint | null = null;
  const jobs: { name: JobName; id: string }[] = [];
  const handedOver: { messageId: string; providerId: string }[] = [];

  const sms: Channel = {
    name: 'sms',
    account,
    hooks: [],
    capabilities: { media: false, readReports: false, windowHours: null, gapMs: 0, heartbeat: false, number: null },
    verify: () => false,
    parse: () => [],
    find: async () => null,
    async *reconcile() {},
    health: async () => ({ ok: true }),
    acknowledge: { type: 'text/plain', body: '' },
    async send({ id }) {
      handedOver.push({ messageId: id, providerId: id });
      return { outcome: 'accepted', providerId: id };
    },
  };
  const base = {
    ...real,
    channels: [sms],
    // The play has its misfortunes; whoever starts the product is not to look for them.
    log: createLog('silent'),
    clock: { now: () => now },
    jobs: { add: (name: JobName, ids: readonly string[]) => void jobs.push(...ids.map((id) => ({ name, id }))) },
    live: {
      publish(hint: Hint) {
        if (hint.type === 'case.changed') seen = hint;
      },
    },
  };
  const ctx: Context = { ...base, intake: createIntake(base), inbox: createInbox(base) };
  const pass = (seconds: number): void => {
    now = new Date(now.getTime() + seconds * 1000);
  };

  return {
    ctx,
    seen() {
      if (!seen) throw new Error('a demo case was told of before it was filed');
      return seen;
    },
    goTo(at) {
      now = at;
    },
    async settle() {
      for (let job = jobs.shift(); job; job = jobs.shift()) {
        pass(1);
        await work[job.name](ctx, job.id);
      }
      for (const report of handedOver.splice(0)) {
        pass(4);
        // 30007: filtered on its way, which no later try mends.
        await recordDelivery(ctx, account, { ...report, status: fate, ...(fate === 'failed' ? { errorCode: '30007', class: 'permanent' as const } : {}) });
      }
    },
  };
};
