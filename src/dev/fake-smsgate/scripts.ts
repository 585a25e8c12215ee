/** What happens to a message, chosen by the last four digits of the number it goes to. */
type Script = {
  /** The phone's error instead of taking the message: `times` times, or always. */
  refusal?: { status: number; times?: number };
  /** The message is kept, but the connection is cut before the answer. */
  cutsConnection?: boolean;
  end: 'Delivered' | 'Failed';
  /** Of how many parts nothing is ever heard. */
  partsLost?: number;
  /** `prompt`: each state as it comes. `shuffled`: all at the end, last first, then each again. `lost`: none. */
  reports: 'prompt' | 'shuffled' | 'lost';
};

const happy: Script = { end: 'Delivered', reports: 'prompt' };

const scripts: Readonly<Record<string, Script>> = {
  '0001': { ...happy, refusal: { status: 400 } },
  '0002': { ...happy, end: 'Failed' },
  '0003': { ...happy, refusal: { status: 429, times: 2 } },
  '0004': { ...happy, cutsConnection: true },
  '0005': { ...happy, reports: 'shuffled' },
  '0006': { ...happy, reports: 'lost' },
  '0007': { ...happy, refusal: { status: 500, times: 2 } },
  '0085': { ...happy, partsLost: 1 },
};

export const scriptFor = (number: string): Script => scripts[number.slice(-4)] ?? happy;
