const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Whether PostgreSQL and UTF-8 can hold the text as it is: well-formed Unicode without NUL. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/**
 * The beginning of a text on one line, at most `max` UTF-16 units with the "…" that marks a cut. It is cut between two
 * words; where no word ends in its second half, between two of what a reader sees as letters.
 */
export const preview = (text: string, max: number): string => {
  // Nearly always the beginning is enough to tell.
  const beginning = oneLine(text.slice(0, 2 * max));
  const line = beginning.length > max ? beginning : oneLine(text);
  if (line.length <= max) return line;
  const space = line.lastIndexOf(' ', max - 1);
  // One unit more than fits, so that the character at the cut is whole.
  const cut = space > max / 2 ? space : (graphemes.segment(line.slice(0, max + 1)).containing(max - 1)?.index ?? 0);
  return `${line.slice(0, cut).trimEnd()}…`;
};

/** `فاطمة الزهراء` is shown as `ف*** ا***`: the first letter of each word. */
export const maskName = (name: string): string =>
  name
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map((word) => `${graphemes.segment(word).containing(0)?.segment ?? ''}***`)
    .join(' ');
