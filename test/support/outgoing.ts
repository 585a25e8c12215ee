import { system } from '#db/actor';
import { eventually, filing, type TestApp } from './app.ts';

type Message = { id: string; case_id: string; kind: string; state: string; error_code: string | null; provider_id: string | null; parts: number | null };

/** What an app sends to citizens, as its database and the pretended provider have it. `app` is asked for at each use. */
export const outgoingOf = (app: () => TestApp) => {
  const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> =>
    app().deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
  const messageOf = async (caseId: string, kind = 'acknowledgement'): Promise<Message | undefined> =>
    (await rows<Message>("select * from messages where case_id = $1 and direction = 'out' and kind = $2 order by seq", caseId, kind))[0];
  return {
    rows,
    messageOf,
    /** A case filed on the web with this number. @returns its id */
    file: async (phone: string): Promise<string> => {
      const { reference } = (await app().post('/api/v1/cases', filing({ contact: { phone } }))).json;
      const [row] = await rows<{ id: string }>('select id from cases where reference = $1', String(reference));
      return row?.id ?? '';
    },
    messageIn: (caseId: string, state: string, kind?: string): Promise<Message> =>
      eventually(async () => {
        const message = await messageOf(caseId, kind);
        return message?.state === state ? message : null;
      }),
    /** What the provider took for this number. */
    at: (phone: string) => app().fake.messagesTo(phone),
  };
};
