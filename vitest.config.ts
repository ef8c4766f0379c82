import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    // Two cores that also run Postgres, Redis and the other test files.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    retry: 0,
    projects: [
      { extends: true, test: { name: 'pure', include: ['test/{unit,architecture}/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/{integration,scenarios}/**/*.test.ts'],
          globalSetup: ['test/setup/global-setup.ts'],
        },
      },
      {
        extends: true,
        // `ROLES=split npx vitest run test/scenarios` does it with all of them.
        test: {
          name: 'two web and two worker servers',
          include: ['test/scenarios/{first-sale,webhook,bot-health}.test.ts'],
          env: { ROLES: 'split' },
          globalSetup: ['test/setup/global-setup.ts'],
        },
      },
    ],
  },
});
