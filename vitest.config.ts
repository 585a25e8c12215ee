import { defaultServerConditions, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { findRedisServer } from './test/support/redis-server.ts';

/** `#folder/name` means the sources, in every environment; Vite's own conditions are replaced unless named again. */
const sources: Plugin = {
  name: 'insat-sources',
  configEnvironment: () => ({ resolve: { conditions: ['source', ...defaultServerConditions] } }),
};

const project = (name: string, include: string, env: Record<string, string> = {}) => ({
  extends: true as const,
  test: { name, include: [include], exclude: ['test/e2e/**'], env, testTimeout: 60_000, hookTimeout: 120_000 },
});

/** Without a redis-server the Redis half is absent, not skipped; INSAT_REQUIRE_REDIS=1 makes its absence an error. */
const redis = findRedisServer() ? [project('redis', 'test/**/*.jobs.test.ts', { INSAT_TEST_JOBS: 'redis' })] : [];

export default defineConfig({
  plugins: [sources],
  test: {
    globalSetup: 'test/support/services.ts',
    pool: 'forks',
    maxWorkers: 2,
    // No module of ours keeps state, so files may share what is loaded: loading it anew for each was a third of the time.
    isolate: false,
    projects: [project('postgres', 'test/**/*.test.ts'), ...redis],
  },
});
