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
  const p95s = { alone: [] as number[], beside: [] as number[] };
  const acts: number[] = [];
  await loadSteadily(load, { perSecond: PER_SECOND, seconds });
  for (let round = 0; round < rounds; round += 1) {
    p95s.alone.push(await p95Of(load, seconds));
    const working = await startWork(server, people);
    p95s.beside.push(await p95Of(load, seconds));
    acts.push((await working.end()) / seconds);
  }
  const row = (what: string, values: readonly number[]): Row => ({
    part: 'p',
    what,
    value: measured(values),
    unit: 'ms',
  });
  const note = `they ask ${Math.round(measured(acts).median)} times a second`;
  return [
    row(`p95 of an update at ${PER_SECOND}/s`, p95s.alone),
    { ...row(`the same while ${PEOPLE} people work in the panel`, p95s.beside), note },
    {
      part: 'p',
      what: 'one to the other',
      value: ratios(p95s.beside, p95s.alone),
      unit: 'ratio',
      target: { atMost: 1.3 },
    },
  ];
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
