import { FakeCall } from './call.ts';
import type { Tools } from './obedience.ts';
import { FakeQueue } from './queue.ts';

export type FakeVoice = ReturnType<typeof createVoice>;

/** The telephones that reach the line through the exchange. */
export const createVoice = (tools: Omit<Tools, 'queue'>) => {
  const all: Tools = { ...tools, queue: new FakeQueue(tools.exchange.clock) };
  const { exchange, number, webhooks } = tools;
  /** Those in progress: another telephone may be dialled by them. */
  const live = new Set<FakeCall>();
  const begin = async (call: FakeCall, url: string): Promise<FakeCall> => {
    await call.begin(url);
    for (const one of live) if (one.wait === 'over') live.delete(one);
    return call;
  };
  const start = (from: string, to: string, path: string): Promise<FakeCall> => {
    const call = new FakeCall(all, exchange.add({ direction: 'inbound', from, to, status: 'ringing', url: null, statusCallback: null }));
    live.add(call);
    return begin(call, `${webhooks.target.publicUrl}/webhooks/twilio/voice/${path}`);
  };
  return {
    exchange,
    queue: all.queue,
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
            answer() {
              live.add(call);
              return begin(call, record.url ?? '');
            },
            ignore: () => call.ignore(),
          };
        }),
    /** The call for which the line has this number dialled: it rings there (`dial`), or they talk. */
    dialling: (to: string): FakeCall | undefined => [...live].findLast(({ dials, wait }) => dials === to && (wait === 'dial' || wait === 'talking')),
  };
};
