import { FakeCall, type Tools } from './call.ts';

export type FakeVoice = ReturnType<typeof createVoice>;

/** The telephones that reach the line through the exchange. */
export const createVoice = (tools: Omit<Tools, 'queue'>) => {
  const all: Tools = { ...tools, queue: [] };
  const { exchange, number, webhooks } = tools;
  const start = async (from: string, to: string, path: string): Promise<FakeCall> => {
    const call = new FakeCall(all, exchange.add({ direction: 'inbound', from, to, status: 'ringing', url: null, statusCallback: null }));
    await call.begin(`${webhooks.target.publicUrl}/webhooks/twilio/voice/${path}`);
    return call;
  };
  return {
    exchange,
    /** Somebody calls the line; `from` may be `anonymous`, a SIP address or a number. */
    call: (from: string): Promise<FakeCall> => start(from, number, 'inbound'),
    /** An operator's browser calls. */
    callFromBrowser: (name: string): Promise<FakeCall> => start(`client:${name}`, '', 'client/outgoing'),
    /** Calls that the line placed and nobody has answered yet, by whom they ring. */
    ringing: (to: string): { answer(): Promise<FakeCall>; ignore(): Promise<void> }[] =>
      [...exchange.calls.values()]
        .filter((call) => call.direction === 'outbound-api' && call.to === to && call.status === 'queued')
        .map((record) => {
          const call = new FakeCall(all, record);
          return {
            async answer() {
              await call.begin(record.url ?? '');
              return call;
            },
            ignore: () => call.ignore(),
          };
        }),
  };
};
