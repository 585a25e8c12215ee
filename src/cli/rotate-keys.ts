import type { KeyStore } from '#db/key-store';

export const rotateKeysUsage = 'rotate-keys';

const page = 500;

/**
 * Wraps every data key by the first of DATA_KEYS, in small steps, while the service runs. Interrupted, it is begun
 * again: what is done already is passed over.
 *
 * @returns what to print
 */
export const rotateKeys = async (keys: Pick<KeyStore, 'rotate' | 'versions'>): Promise<string> => {
  let [seen, rewrapped] = [0, 0];
  for (let last: string | null = null; ; ) {
    const step = await keys.rotate(last, page);
    if (!step) break;
    last = step.last;
    seen += step.seen;
    rewrapped += step.rewrapped;
  }
  return `${seen} keys, ${rewrapped} of them wrapped anew. In use: version ${(await keys.versions()).join(', ') || 'none'}.`;
};
