import type { Ground } from '../support/ground.ts';
import { loadSteadily } from '../support/load.ts';
import { once, type Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';

const BOTS = [100, 1_000, 10_000] as const;
/** 3,000 requests a minute are the peak that is planned with; ten times that is asked too. */
const RATES = [50, 500] as const;
/** Of a thousand bots at the peak. */
const LIMIT_MB = 260;
/** Each bot is spoken to once before, so that all are resident; at the peak's own pace, where that ends soon. */
const visitsPerSecond = (bots: number) => (bots > 1_000 ? 500 : 50);

/** (f) What the whole process, the panel included, holds at the most while (d) goes on; Postgres and Redis are processes of their own. */
export async function processMemory(ground: Ground, { seconds }: { seconds: number }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const bots of BOTS) {
    const database = await ground.newDatabase();
    const { start } = await openShops(ground, database, { bots, peopleEach: 10 });
    const getolog = await ground.startGetolog(database);
    const load = { port: getolog.port, next: start };
    const perSecond = visitsPerSecond(bots);
    await loadSteadily(load, { perSecond, seconds: bots / perSecond });
    for (const perSecond of RATES) {
      const { failed } = await loadSteadily(load, { perSecond, seconds });
      rows.push({
        part: 'f',
        what: `process with ${bots} bots at ${perSecond}/s`,
        value: once(getolog.memoryMb().peak),
        unit: 'MB',
        ...(failed > 0 ? { note: `${failed} updates were not answered with 200` } : {}),
        ...(bots === 1_000 && perSecond === 50 ? { target: { atMost: LIMIT_MB } } : {}),
      });
    }
    await getolog.stop();
  }
  return rows;
}
