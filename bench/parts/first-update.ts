import type { Ground } from '../support/ground.ts';
import { askInTurn } from '../support/load.ts';
import type { Row } from '../support/report.ts';
import { openShops } from '../support/shops.ts';
import { quartiles } from '../support/statistics.ts';

/** At start bots are looked at in the order of their making, some twenty a second: the last ones are still unbuilt. */
const BOTS = 2_000;
const MEASURED = 300;
const WARM_UP = 500;

/** (b) The first update to a bot that is not yet built, beside the second one to the same bot. */
export async function firstUpdate(ground: Ground): Promise<Row[]> {
  const database = await ground.newDatabase();
  const { botIds, start, startAt } = await openShops(ground, database, { bots: BOTS, peopleEach: 1 });
  const getolog = await ground.startGetolog(database);
  await askInTurn(getolog, Array.from({ length: WARM_UP }, start));
  const pairs = botIds.slice(-MEASURED).flatMap((botId) => [startAt(botId), startAt(botId)]);
  const times = await askInTurn(getolog, pairs);
  await getolog.stop();
  const first = times.filter((_, place) => place % 2 === 0);
  const second = times.filter((_, place) => place % 2 === 1);
  const note = `quartiles of ${MEASURED} bots`;
  return [
    { part: 'b', what: 'first update to a bot not yet built', value: quartiles(first), unit: 'ms', note },
    { part: 'b', what: 'second update to it', value: quartiles(second), unit: 'ms', note },
    {
      part: 'b',
      what: 'first to second',
      value: quartiles(first.map((time, place) => time / (second[place] ?? Number.NaN))),
      unit: 'ratio',
      better: 'less',
      note,
    },
  ];
}
