import type { Ground } from '../support/ground.ts';
import { untilQuiet } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { besideWebhooks } from './beside-webhooks.ts';
import { firstLook } from './first-look.ts';
import { lists } from './lists.ts';
import { memory } from './memory.ts';
import { addPastSales } from './past-sales.ts';
import { size } from './size.ts';

const SHOPS = 1_000;
const PEOPLE_EACH = 90;
/** Of ten people nine have a subscription. */
const PEOPLE_A_SUBSCRIPTION = 10 / 9;

/** (p) What the panel costs: whoever opens it, whoever looks through a large shop, and the bots beside it. */
export async function panel(
  ground: Ground,
  { rounds, seconds, subscriptions }: { rounds: number; seconds: number; subscriptions: number },
): Promise<Row[]> {
  const rows = await size();
  rows.push(...(await memory(ground, { rounds })));
  const database = await ground.newDatabase();
  const shops = await openShops(ground, database, { bots: SHOPS, peopleEach: PEOPLE_EACH });
  const people = Math.round(subscriptions * PEOPLE_A_SUBSCRIPTION);
  const made = await addPastSales(database.client, { more: people - SHOPS * PEOPLE_EACH });
  const server = await ground.startGetolog(database, { RATE_LIMIT_PER_SECOND: '0' });
  await untilQuiet(server);
  const { botIds } = shops;
  const [largest = 0n] = botIds;
  rows.push(...(await firstLook(database, server, { cores: ground.cores, botId: largest, rounds })));
  rows.push(...(await lists(database, server, { botIds, made, rounds })));
  rows.push(...(await besideWebhooks(database, server, { shops, rounds, seconds })));
  await server.stop();
  return rows;
}
