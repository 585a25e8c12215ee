/** Phrases by their first word, so that a text is read once whatever the number of phrases. */
export type PhraseIndex<T> = ReadonlyMap<string, readonly { words: readonly string[]; value: T }[]>;
export type Found<T> = { start: number; end: number; value: T };

export const indexPhrases = <T>(phrases: Iterable<{ words: readonly string[]; value: T }>): PhraseIndex<T> => {
  const index = new Map<string, { words: readonly string[]; value: T }[]>();
  for (const phrase of phrases) {
    const first = phrase.words[0];
    if (first === undefined) continue;
    const sameStart = index.get(first);
    if (sameStart === undefined) index.set(first, [phrase]);
    else sameStart.push(phrase);
  }
  return index;
};

/**
 * Every occurrence of every phrase, as whole words.
 * @param forms per word of the text, the spellings under which it may be found
 * @returns word positions, `end` exclusive
 */
export const findPhrases = <T>(forms: readonly (readonly string[])[], index: PhraseIndex<T>): Found<T>[] =>
  forms.flatMap((spellings, start) =>
    spellings.flatMap((spelling) =>
      (index.get(spelling) ?? [])
        .filter((phrase) => phrase.words.every((word, k) => forms[start + k]?.includes(word)))
        .map((phrase) => ({ start, end: start + phrase.words.length, value: phrase.value })),
    ),
  );

/**
 * Leaves out what lies inside a longer find: «الكود ما جاش» is not also «ما جاش». `spare` exempts a pair.
 * Only finds that start a few words earlier are compared, so that a long text full of phrases stays linear.
 */
export const longestOnly = <T>(found: readonly Found<T>[], spare: (inner: T, outer: T) => boolean = () => false): Found<T>[] => {
  const byStart = Map.groupBy(found.filter((one) => one.end - one.start > 1), (one) => one.start);
  const reach = found.reduce((most, one) => Math.max(most, one.end - one.start), 1);
  const covered = (inner: Found<T>): boolean => {
    for (let start = Math.max(0, inner.end - reach); start <= inner.start; start += 1) {
      const longer = byStart.get(start)?.some(
        (outer) => inner.end <= outer.end && outer.end - start > inner.end - inner.start && !spare(inner.value, outer.value),
      );
      if (longer === true) return true;
    }
    return false;
  };
  return found.filter((one) => !covered(one));
};
