import { z } from 'zod';
import { Instant, shown } from './common.ts';

/** From best to worst. `down`: nothing leaves, for ten minutes or until a person mends our account, or nothing that the line sends to itself comes back for half an hour. `deaf`: nothing arrives, for ten minutes. */
export const channelStates = ['ok', 'degraded', 'down', 'deaf'] as const;
export type ChannelState = (typeof channelStates)[number];

const Waiting = z.object({
  count: z.int(),
  oldestAt: Instant.nullable().meta({ description: 'Since when the one waits that waits longest.' }),
});

const ChannelFigures = z.object({
  account: shown('phone:default').meta({ description: 'Our end of the channel.' }),
  checkedAt: Instant.nullable().meta({ description: 'When the provider was last asked whether it is there.' }),
  code: shown('ECONNREFUSED').nullable().meta({ description: 'What it, or the way there, answered, where that was not good.' }),
  carriedAt: Instant.nullable().meta({ description: 'When the network was last seen to carry a message to it; null where it has no number of its own, to which the line sends one.' }),
  unreturnedSince: Instant.nullable().meta({ description: 'Since when an SMS that the line sent to itself has not come back.' }),
  reconciledAt: Instant.nullable().meta({ description: 'When it was last asked for the messages that it holds, and all were taken.' }),
  lastHour: z.object({ tried: z.int(), failed: z.int() }).meta({ description: 'Messages handed to it, or calls that we asked it for, in the last hour, and how many of them it refused or could not deliver.' }),
  queued: Waiting.meta({ description: 'Messages of ours that have not left; by telephone, people who wait to be called.' }),
  received: Waiting.meta({ description: 'Messages of citizens that have not found their case; by telephone, what they said and we have not fetched.' }),
});

/** One channel of the line, as it is now. */
export const ChannelHealth = z.object({
  channel: z.enum(['sms', 'whatsapp', 'phone']),
  state: z.enum(channelStates),
  since: Instant.nullable().meta({ description: 'Since when it is not well; null where it is, or where only the share of failures says so.' }),
  lastSeenAt: Instant.nullable().meta({ description: 'When its provider last called us.' }),
  figures: ChannelFigures.nullable().meta({ description: 'For supervisors and administrators; null for operators.' }),
});
export type ChannelHealth = z.infer<typeof ChannelHealth>;
