import { z } from 'zod';

/** The words of a case, shared by API, database, pages and console. No synonyms anywhere else. */
export const kinds = ['complaint', 'inquiry', 'observation', 'suggestion'] as const;
export const channels = ['web', 'sms', 'whatsapp', 'phone', 'counter', 'partner'] as const;
export const languages = ['ar', 'fr', 'en', 'zgh'] as const;
export const statuses = [
  'received', 'in_triage', 'assigned', 'in_progress', 'awaiting_citizen', 'referred', 'resolved',
  'closed', 'inadmissible', 'duplicate', 'spam', 'withdrawn', 'under_appeal',
] as const;
/** Where a case ends unless it is reopened, appealed or the move is undone. */
export const finalStatuses = ['closed', 'inadmissible', 'duplicate', 'spam', 'withdrawn'] as const;
/** Resolution outcome: what the citizen obtained (measure "favourable outcome" counts the first two). */
export const outcomes = ['granted', 'partly_granted', 'refused', 'informed', 'not_competent', 'unreachable'] as const;
export const roles = ['operator', 'supervisor', 'administrator', 'observer', 'partner'] as const;
export const priorities = ['urgent', 'high', 'normal'] as const;
export const programmes = ['ASD', 'RSU', 'RNP', 'AMO', 'AWRACH', 'SAKANE', 'TAYSSIR', 'WIDOWS', 'OTHER'] as const;

export const Kind = z.enum(kinds);
export const Channel = z.enum(channels);
export const Language = z.enum(languages);
export const Status = z.enum(statuses);
export const Outcome = z.enum(outcomes);
export const Role = z.enum(roles);
export const Priority = z.enum(priorities);
export const Programme = z.enum(programmes);

export type Kind = z.infer<typeof Kind>;
export type Channel = z.infer<typeof Channel>;
export type Language = z.infer<typeof Language>;
export type Status = z.infer<typeof Status>;
export type Outcome = z.infer<typeof Outcome>;
export type Role = z.infer<typeof Role>;
export type Priority = z.infer<typeof Priority>;
export type Programme = z.infer<typeof Programme>;
