import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEvents } from '../../test/support/panel/event-stream.ts';
import type { Database } from '../support/ground.ts';
import { loadSteadily } from '../support/load.ts';
import type { Server } from '../support/program.ts';
import type { Row } from '../support/report.ts';
import type { Shops } from '../support/shops.ts';
import { measured, percentiles, ratios } from '../support/statistics.ts';
import { type Asker, ask, timeOf } from './ask.ts';
import { ownerOf, signIn } from './sign-in.ts';

/** The peak that is planned with: 3,000 updates a minute. */
const PER_SECOND = 50;
const PEOPLE = 20;
/** So many of them are of the largest shop; the others have one each. */
const OF_THE_LARGEST = 5;
/** Between two things that somebody does: nobody reads what came faster. */
const LOOKS_FOR_MS = 2_000;
/** So often whoever waits for an analysis asks for it. */
const ASKS_AGAIN_MS = 1_000;

/** What one of them asks for, one after the other, below their bot; `decide` rejects the oldest receipt that waits. */
const WORK = [
  '/receipts',
  'decide',
  '/users?sort=ending&state=live',
  '/payments',
  '/payments/totals?state=rejected',
  'decide',
  '/users',
  '/receipts?state=decided',
  '/payments?state=approved',
  '/plans',
] as const;

/** Somebody who has the panel open, and what they ask of which bot. */
interface Person {
  asker: Asker;
  bot: string;
  place: number;
}

/** Updates at the peak's own rate, by turns alone and while twenty people work in the panel. */
export async function besideWebhooks(
  database: Database,
  server: Server,
  { shops, rounds, seconds }: { shops: Shops; rounds: number; seconds: number },
): Promise<Row[]> {
  const load = { port: server.port, next: shops.start };
  const people = await openPages(database, shops);
  await loadSteadily(load, { perSecond: PER_SECOND, seconds });
  const p95s = { alone: [] as number[], beside: [] as number[] };
  const acts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    p95s.alone.push(await p95Of(load, seconds));
    const working = await startWork(server, people);
    p95s.beside.push(await p95Of(load, seconds));
    acts.push((await working.end()) / seconds);
  }
  const counted = await whileCounted(server, people, { rounds, measure: () => p95Of(load, seconds) });
  const times = (what: string, values: readonly number[]): Row => ({
    part: 'p',
    what,
    value: measured(values),
    unit: 'ms',
  });
  const compared = (what: string, { beside, alone }: typeof p95s): Row => ({
    part: 'p',
    what: `${what} to alone`,
    value: ratios(beside, alone),
    unit: 'ratio',
    target: { atMost: 1.3 },
  });
  const note = `they ask ${Math.round(measured(acts).median)} times a second`;
  return [
    times(`p95 of an update at ${PER_SECOND}/s, alone`, p95s.alone),
    { ...times(`while ${PEOPLE} people work in the panel`, p95s.beside), note },
    compared(`while ${PEOPLE} people work in the panel`, p95s),
    times('while the largest shop is counted as well', counted.beside),
    compared('while the largest shop is counted as well', counted),
  ];
}

/**
 * The largest shop is counted once and then remembered for hours: as long as that takes is measured beside it, and as often
 * alone thereafter.
 */
async function whileCounted(
  server: Server,
  people: readonly Person[],
  { rounds, measure }: { rounds: number; measure: () => Promise<number> },
): Promise<{ beside: number[]; alone: number[] }> {
  const [person] = people;
  if (!person) throw new Error('Nobody is there');
  let isCounted = false;
  const working = await startWork(server, people);
  const counting = untilCounted(server, person).then(() => {
    isCounted = true;
  });
  const beside: number[] = [];
  while (beside.length === 0 || (!isCounted && beside.length < rounds)) beside.push(await measure());
  await working.end();
  await counting;
  const alone: number[] = [];
  while (alone.length < beside.length) alone.push(await measure());
  return { beside, alone };
}

/** Somebody opens the analytics of their shop, of which nothing has been counted, and asks until it is. */
async function untilCounted(server: Server, { asker, bot }: Person): Promise<void> {
  for (;;) {
    const { status, text } = await ask(server, asker, `${bot}/analytics/overview`);
    if (status === 200) return;
    if (status !== 202) throw new Error(`The analytics answered ${status} ${text.slice(0, 200)}`);
    await sleep(ASKS_AGAIN_MS);
  }
}

async function openPages({ client }: Database, { botIds }: Shops): Promise<Person[]> {
  const shopOf = (place: number) => (place < OF_THE_LARGEST ? 1 : place + 1);
  const places = Array.from({ length: PEOPLE }, (_, place) => place);
  const askers = await signIn(
    client,
    places.map((place) => ownerOf(shopOf(place))),
  );
  return askers.map((asker, place) => ({ asker, bot: `/bots/${botIds[shopOf(place) - 1]}`, place }));
}

async function p95Of(load: Parameters<typeof loadSteadily>[0], seconds: number): Promise<number> {
  const { times, failed } = await loadSteadily(load, { perSecond: PER_SECOND, seconds });
  if (failed > 0) throw new Error(`${failed} updates were not answered with 200`);
  return percentiles(times).p95;
}

/** Until it is ended each of them hears what changes, and goes on asking. @returns from `end` how often they asked */
async function startWork(server: Server, people: readonly Person[]): Promise<{ end: () => Promise<number> }> {
  const over = new AbortController();
  setMaxListeners(people.length, over.signal);
  const origin = `http://127.0.0.1:${server.port}`;
  // One for each owner: one person's streams are few.
  const owners = people.filter(({ bot }, place) => people.findIndex((one) => one.bot === bot) === place);
  const streams = await Promise.all(owners.map(({ asker }) => openEvents(origin, asker)));
  const asked = people.map((person) => work(server, person, over.signal));
  return {
    async end() {
      over.abort();
      for (const { close } of streams) close();
      return (await Promise.all(asked)).reduce((sum, count) => sum + count, 0);
    },
  };
}

async function work(server: Server, { asker, bot, place }: Person, over: AbortSignal): Promise<number> {
  let asked = 0;
  // They did not begin in the same moment.
  await pause((LOOKS_FOR_MS * place) / PEOPLE, over);
  for (let turn = place; !over.aborted; turn += 1) {
    const what = WORK[turn % WORK.length] ?? '/receipts';
    if (what === 'decide') asked += await decide(server, asker, bot);
    else await timeOf(server, asker, bot + what);
    asked += 1;
    await pause(LOOKS_FOR_MS, over);
  }
  return asked;
}

/** As from the desk: a look at the receipt, then the decision. @returns how often it asked more than once */
async function decide(server: Server, asker: Asker, bot: string): Promise<number> {
  const { text } = await ask(server, asker, `${bot}/receipts?limit=10`);
  const { items } = JSON.parse(text) as { items: { id: number }[] };
  const one = items[Math.floor(Math.random() * items.length)];
  if (!one) return 0;
  await ask(server, asker, `${bot}/receipts/${one.id}`);
  // Somebody else may have been first.
  await ask(server, asker, `${bot}/receipts/${one.id}/reject`, { reason: 'amount' });
  return 2;
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}
