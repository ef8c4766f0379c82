import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/global-setup.ts'],
    pool: 'forks',
    // Two cores that also run Postgres, Redis and the other test files.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    retry: 0,
  },
});
