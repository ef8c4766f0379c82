import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { webhookSecret } from '../../../src/infra/crypto/webhook-secret.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, linkIn, newBuyer, openShop } from '../../support/shop.ts';

const FLOOD = 2_000;
const PEOPLE = 100;
/** As Telegram, which takes longer still. */
const COME_AGAIN_MS = 300;

let platform: Platform;
let agent: Agent;

beforeEach(async () => {
  platform = await startPlatform({ outages: true, environment: { LOG_LEVEL: 'info' } });
  agent = new Agent({ connections: 200 });
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  expect(platform.faults).toEqual([]);
  await agent.close();
  await platform.close();
});

async function post(botId: number, secret: string, body: object): Promise<number> {
  const answer = await request(`${platform.app.origin}/webhook/${botId}`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
    body: JSON.stringify(body),
  });
  await answer.body.dump();
  return answer.statusCode;
}

/** So many messages at the same moment; refused ones come again, as Telegram does it, while `goesOn`. */
async function floods(
  botId: number,
  people: readonly { id: number }[],
  goesOn: () => boolean,
): Promise<{ taken: number; refused: number }> {
  const secret = webhookSecret(platform.encryptionKey, BigInt(botId));
  const statuses: number[] = [];
  await Promise.all(
    Array.from({ length: FLOOD }, async (_, index) => {
      const id = people[index % people.length]?.id;
      const from = { id, is_bot: false, first_name: 'Many', language_code: 'en' };
      const chat = { ...from, type: 'private' };
      const message = { message_id: index + 1, date: 1_795_000_000, from, chat, text: 'hello' };
      do {
        const status = await post(botId, secret, { update_id: 700_000_000 + index, message });
        statuses.push(status);
        if (status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, COME_AGAIN_MS));
      } while (goesOn());
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  return {
    taken: statuses.filter((status) => status === 200).length,
    refused: statuses.filter((status) => status === 503).length,
  };
}

test('a flood on one bot is worked off piece by piece, while another bot’s buyer buys', async () => {
  const { telegram, log } = platform;
  const flooded = await openShop(platform);
  const quiet = await openShop(platform);
  const people = Array.from({ length: PEOPLE }, () =>
    telegram.newPerson({ firstName: 'Many', languageCode: 'en' }),
  );
  // So that each of them has a chat that can be written to.
  await Promise.all(people.map((person) => person.starts(flooded.shop)));
  const answers = () =>
    telegram.calls.filter(({ bot, method }) => bot === flooded.shop.username && method === 'sendMessage')
      .length;
  const before = answers();

  let isBuying = true;
  const flood = floods(flooded.shop.id, people, () => isBuying);
  await telegram.until(() => answers() > before, { what: 'the flood to come' });
  const buyer = await newBuyer(platform, quiet);
  await buyer.presses(quiet.shop, `plan:${quiet.planId}`);
  await buyer.sendsPhoto(quiet.shop);
  await quiet.owner.reads(quiet.shop, 'Receipt no.');
  await quiet.owner.taps(quiet.shop, /Approve/);
  await buyer.joins(linkIn(await buyer.reads(quiet.shop, holdsLink)));
  expect(quiet.chat.has(buyer)).toBe(true);
  isBuying = false;
  const { taken, refused } = await flood;
  // Much of the flood still stood outside when the buyer was in.
  expect(taken).toBeLessThan(FLOOD * 0.9);
  expect(refused).toBeGreaterThan(FLOOD / 2);
  await platform.quiet();
  // Whatever was taken is answered, once.
  expect(answers() - before).toBe(taken);
  // Once for each server that takes updates, of which there may be two.
  const told = log.filter((line) => line.includes('more updates than it can handle'));
  expect([1, 2]).toContain(told.length);
  expect(log.filter((line) => line.includes('"outcome":"full"'))).toEqual([]);
});

test('a flood of forged requests reaches neither Postgres nor Redis, nor the log', async () => {
  const { shop } = await openShop(platform);
  await platform.quiet();
  await Promise.all([platform.postgres?.cut(), platform.redis?.cut()]);
  const linesBefore = platform.log.length;
  const forged = ['', 'x', 'f'.repeat(64), 'é'.repeat(64), webhookSecret('another key', BigInt(shop.id))];
  const statuses = await Promise.all(
    Array.from({ length: FLOOD }, (_, index) =>
      post(index % 2 === 0 ? shop.id : 1_000 + index, encodeURI(forged[index % forged.length] ?? ''), {
        update_id: index,
      }),
    ),
  );
  expect(new Set(statuses)).toEqual(new Set([401]));
  const lines = platform.log.slice(linesBefore);
  // What the server writes down every half minute finds no database either.
  expect(lines.filter((line) => !/redis|connection|metrics could not be written/i.test(line))).toEqual([]);
  await Promise.all([platform.postgres?.restore(), platform.redis?.restore()]);
  await newBuyer(platform, { shop });
});
