import { startEmbedded } from '../../src/infra/embedded/embedded.ts';
import { migrate } from '../../src/infra/postgres/migrations.ts';
import { AS_SERVED } from '../support/ground.ts';
import { type SoakResult, soak } from './soak.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 30);
/** Five times the peak of 3,000 requests a minute. */
const PER_SECOND = Number(process.env['PER_SECOND'] ?? 250);
/** Ten megabytes a day would be found out in a month; a run of half an hour cannot tell less from noise. */
const FLAT_MB_PER_MINUTE = 0.2;

const say = (line: string) => void process.stderr.write(`${line}\n`);
const embedded = await startEmbedded({
  dataDir: 'temporary',
  cacheDir: '.cache',
  postgres: true,
  redis: true,
  say,
});
try {
  const { databaseUrl = '', redisUrl = '' } = embedded;
  await migrate(databaseUrl);
  const result = await soak({
    databaseUrl,
    redisUrl,
    server: [...AS_SERVED, 'dist/main.js'],
    minutes: MINUTES,
    perSecond: PER_SECOND,
    say,
  });
  const faults = faultsOf(result);
  const { heap: _heap, errors: _errors, apiFaults: _apiFaults, ...numbers } = result;
  const report = { minutes: MINUTES, perSecond: PER_SECOND, ...numbers };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(faults.length === 0 ? 'All is well.\n' : `${faults.join('\n')}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await embedded.stop();
}

function faultsOf(result: SoakResult): string[] {
  return [
    ...(result.refused > 0 ? [`${result.refused} updates were not answered with 200.`] : []),
    ...(result.delivered < result.sold || result.undelivered > 0 ? ['A sale was not delivered.'] : []),
    ...(result.growthPerMinute > FLAT_MB_PER_MINUTE
      ? [`The heap grows by ${result.growthPerMinute.toFixed(2)} MB a minute.`]
      : []),
    ...result.apiFaults,
    ...result.errors,
  ];
}
