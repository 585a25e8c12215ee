export type FileKind = 'picture' | 'document' | 'voice';

/** What people call a file of this type. */
export const fileKindOf = (type: string): FileKind => {
  if (type.startsWith('image/')) return 'picture';
  return type.startsWith('audio/') ? 'voice' : 'document';
};

/** As `bodyOf` writes for each file that came with a message, on a line of its own or at the end of a preview. */
const placeholder = /(?<=^|\s)\[([a-z]+\/[\w.+-]+)\](?=$|\s)/g;

/** A message as it is shown: a file that came with it is named in the reader's words. Null, once erased, stays null. */
export const withFilesNamed = (text: string | null, kinds: Readonly<Record<FileKind, string>>): string | null =>
  text?.replace(placeholder, (_, type: string) => `[${kinds[fileKindOf(type)]}]`) ?? null;
