import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where the bytes of attachments are: sealed before they come here, under names that say nothing. */
export type FileStore = {
  /** Returns once the bytes would survive a power cut. Whoever fails leaves nothing under this name. */
  write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws from the stream when there is nothing of that name */
  read(name: string): Readable;
  /** No fault when there is nothing. */
  remove(name: string): Promise<void>;
};

/** A folder, of this machine or shared by all that run Insat. */
export const openFolder = (root: string): FileStore => {
  const pathOf = (name: string): string => {
    if (!/^[0-9a-f]{32}(-picture)?$/.test(name)) throw new Error('not a name of ours');
    return join(root, name.slice(0, 2), name);
  };
  return {
    async write(name, bytes) {
      const path = pathOf(name);
      const part = `${path}.part`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        await pipeline(Readable.from(bytes), createWriteStream(part, { mode: 0o600, flush: true }));
        await rename(part, path);
        await flushFolder(dirname(path));
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    read: (name) => createReadStream(pathOf(name)),
    async remove(name) {
      await rm(pathOf(name), { force: true });
      // What a killed process had begun to write.
      await rm(`${pathOf(name)}.part`, { force: true });
    },
  };
};

/** A new name is kept only once its folder is. */
const flushFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};
