import { getFile } from './api.ts';

/** Gives a file to the person, under this name. Throws `ApiProblem`. */
export async function download(path: string, name: string): Promise<void> {
  const address = URL.createObjectURL(await getFile(path));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
