import { z } from 'zod';
import { Id } from './common.ts';

/** A hint: something about this case changed. Never content; the console asks the API, where rights are checked. */
export const LiveFrame = z.object({ type: z.enum(['case.changed']), caseId: Id, version: z.int() });
export type LiveFrame = z.infer<typeof LiveFrame>;

/** Close codes of the WebSocket; after all but `revoked` a console comes back by and by. `full`: too many are open. */
export const liveClose = { revoked: 4401, slow: 4408, restart: 1012, full: 1013 } as const;
