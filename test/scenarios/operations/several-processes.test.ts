import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { callsOf, holdAnswer } from '../../support/held-call.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { type Balancer, startBalancer } from '../../support/servers/balancer.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { openShop } from '../../support/shop.ts';

const ORIGIN = 'https://bots.example.uz';
const PROCESSES = 4;
const PEOPLE = 12;

/** What is written, and by which words its answer is known. */
const ANSWERS = {
  '/help': 'transfer the amount',
  '/privacy': '🔒',
  '/language': 'Choose your language',
  hello: '/start',
} as const;
const TEXTS = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];

let platform: Platform;
let balancer: Balancer;
let shop: SandboxBot;

beforeAll(async () => {
  platform = await startPlatform({ publicOrigin: ORIGIN });
  const origins = [platform.app.origin];
  while (origins.length < PROCESSES) {
    const { origin } = await platform.startAnother({ SERVER_URL: ORIGIN });
    origins.push(origin);
  }
  const port = await freePort();
  balancer = await startBalancer(port);
  balancer.serves(origins);
  platform.telegram.leads(ORIGIN, `http://127.0.0.1:${port}`);
  ({ shop } = await openShop(platform));
});
afterAll(async () => {
  await platform.closesClean();
  await balancer.close();
});

async function newVisitor(): Promise<SandboxPerson> {
  const person = platform.telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
  await person.starts(shop);
  await person.presses(shop, 'lang:en');
  return person;
}

/** Everything at once, as fast as somebody can. @returns what the answers have to be, and what they are by now */
async function sendsAll(person: SandboxPerson, first = 0) {
  const before = person.chatWith(shop).messages.length;
  const sent = Array.from({ length: 10 }, (_, place) => TEXTS[(first + place * 3) % TEXTS.length] ?? 'hello');
  for (const text of sent) await person.sends(shop, text, { wait: false });
  const answers = () =>
    person
      .chatWith(shop)
      .messages.slice(before)
      .filter(({ from }) => from === 'bot')
      .map(({ text }) => text);
  return { expected: sent.map((text) => expect.stringContaining(ANSWERS[text])), answers };
}

test('four processes behind a balancer answer each of many people once, in the order of what they wrote', async () => {
  const people = await Promise.all(Array.from({ length: PEOPLE }, newVisitor));
  const all = await Promise.all(people.map(sendsAll));
  await platform.quiet();
  for (const { expected, answers } of all) expect(answers()).toEqual(expected);
});

test('what is repeated to another of them, while the first has it in hand, is overtaken by nothing', async () => {
  const person = await newVisitor();
  const held = holdAnswer(platform.telegram, callsOf(shop, 'sendMessage', person));
  const { expected, answers } = await sendsAll(person);
  await held.comes();
  const { passed } = balancer;
  balancer.hangsUp();
  await eventually(() => expect(balancer.passed).toBeGreaterThan(passed));
  expect(answers()).toEqual(expected.slice(0, 1));
  held.release();
  await platform.quiet();
  expect(answers()).toEqual(expected);
});
