import { type Ground, source } from '../support/ground.ts';
import { once, type Row } from '../support/report.ts';

/** (c) What a bot costs that is kept: the heap after garbage collection, with bots and without. */
export async function residentBots(ground: Ground): Promise<Row[]> {
  const bytesEach = (await ground.run(source('programs/resident-bots.ts', '--expose-gc'))) as Record<
    string,
    number
  >;
  return Object.entries(bytesEach).map(([bots, bytes]) => ({
    part: 'c',
    what: `each of ${bots} resident bots`,
    value: once(bytes),
    unit: 'bytes',
    target: { below: 4_096 },
  }));
}
