import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** One more than there are cores: a test that waits for a timer or for Postgres leaves its core to another. */
const WORKERS = 2 * availableParallelism() + 1;

/** What mostly waits: for leases to end, for processes to die and to start again, for stores to come back. */
const WAITS =
  /scenarios\/(?:crashes\/|operations\/(?:stop|start|keys|health|outages))|integration\/(?:demo|panel\/command)/;

/** One file that waits for each two that work, from the beginning on: so nobody waits for the last of them at the end. */
class Interleaved extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ moduleId }) => WAITS.test(moduleId));
    const working = sorted.filter(({ moduleId }) => !WAITS.test(moduleId));
    const mixed = waiting.flatMap((file, place) => [file, ...working.slice(place * 2, place * 2 + 2)]);
    return [...mixed, ...working.slice(waiting.length * 2)];
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: Interleaved },
    maxWorkers: WORKERS,
    // Loading the product and warming it up costs more than most files need for their tests: a worker does it once
    // and takes one file after the other. What no file may leave behind for the next, `test/setup/tidy.ts` looks for.
    isolate: false,
    // Two cores that also run Postgres, Redis and the other test files.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Only a failure waits so long; vitest's own second is short for whoever shares a core with all these.
    expect: { poll: { timeout: 60_000 } },
    retry: 0,
    setupFiles: ['test/setup/tidy.ts'],
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
          include: ['test/scenarios/*/{first-sale,webhook,bot-health}.test.ts'],
          env: { ROLES: 'split' },
          globalSetup: ['test/setup/global-setup.ts'],
        },
      },
      {
        extends: true,
        // `npm test` takes a first look at the panel's pages; `npm run test:browser` tries all of them.
        test: {
          name: 'browser',
          include: [`test/browser/**/*${process.env['BROWSER_TESTS'] === 'all' ? '' : '.smoke'}.test.ts`],
          globalSetup: ['test/setup/global-setup.ts', 'test/setup/browser-setup.ts'],
        },
      },
    ],
  },
});
