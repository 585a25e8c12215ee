import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Scenarios in a real browser against a running Insat: INSAT_E2E_URL, INSAT_E2E_PASSWORD (the demo logins' password). */
export default defineConfig({
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
  test: {
    include: ['test/e2e/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
