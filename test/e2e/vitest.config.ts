import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Scenarios in a real browser against the built product, which setup.ts starts once. */
export default defineConfig({
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
  test: {
    globalSetup: 'test/e2e/setup.ts',
    include: ['test/e2e/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
