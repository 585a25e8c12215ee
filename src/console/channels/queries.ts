import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { ChannelHealth } from '#contract/channels';
import { watch } from '#console/api';
import { keys } from '#console/queries';

/** Silence gives no hint, so it is asked for. */
const everyMs = 30_000;

export const useChannels = () =>
  useQuery({ queryKey: keys.channels, queryFn: () => watch('/staff/channels', z.array(ChannelHealth)), refetchInterval: everyMs });
