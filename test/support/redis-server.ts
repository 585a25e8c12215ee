import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Path of this machine's redis-server, or undefined: then the tests run without their Redis half.
 * @throws where the run demands both halves (INSAT_REQUIRE_REDIS=1), so that none is left out unseen
 */
export const findRedisServer = (): string | undefined => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
  if (!found && process.env['INSAT_REQUIRE_REDIS'] === '1') {
    throw new Error('INSAT_REQUIRE_REDIS is set, but there is no redis-server in PATH.');
  }
  return found;
};
