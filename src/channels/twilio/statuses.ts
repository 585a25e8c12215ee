import type { DeliveryState } from '#channels/channel';

/**
 * Twilio's message statuses in our words. Missing are `receiving` and `received`, which only inbound messages
 * have. Source: `message_enum_status` of Twilio's published API description.
 */
const states = new Map<string, DeliveryState>([
  ['accepted', 'queued'],
  ['scheduled', 'queued'],
  ['queued', 'queued'],
  ['sending', 'sending'],
  ['sent', 'sent'],
  ['partially_delivered', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

/** Undefined for a status that we do not know or that no message of ours can have. */
export const toDeliveryState = (status: string): DeliveryState | undefined => states.get(status);
