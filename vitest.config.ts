import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** One more than there are cores: a test that waits leaves its core to another, and each more costs all of them time. */
const WORKERS = availableParallelism() + 1;
/** `npm test` leaves out what kills servers, floods them or presses everything; `npm run test:all` does not. */
const LONG = process.env['TESTS'] === 'all' ? [] : ['**/*.long.test.ts'];

/**
 * Within each project one long file, which mostly waits for processes to die and to start, beside each two others. A worker
 * is kept only for the next file of its own project, so files of different projects must never alternate.
 */
class Interleaved extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...new Set(sorted.map(({ project }) => project))].flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      const long = own.filter(({ moduleId }) => moduleId.includes('.long.'));
      const others = own.filter(({ moduleId }) => !moduleId.includes('.long.'));
      const mixed = long.flatMap((file, place) => [file, ...others.slice(place * 2, place * 2 + 2)]);
      return [...mixed, ...others.slice(long.length * 2)];
    });
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
          exclude: LONG,
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
          include: [`test/browser/**/*${process.env['TESTS'] === 'all' ? '' : '.smoke'}.test.ts`],
          globalSetup: ['test/setup/global-setup.ts', 'test/setup/browser-setup.ts'],
        },
      },
    ],
  },
});
