import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { addDays } from '../../../src/shared/calendar.ts';
import { eventually } from '../../support/eventually.ts';
import { comesBy, heldBy, inviteCodeOf, offerReward } from '../../support/growth/inviting.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { momentsToDie, STATEMENTS } from '../../support/servers/moments-to-die.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

const DAYS = 7;
/** What a killed process had in hand is free again after ten seconds. */
const PATIENCE = { timeout: 60_000 };

let ground: Ground;
let environment: Record<string, string>;
let server: ServerProcess;
let shop: Shop;

beforeAll(async () => {
  ground = await createGround();
  environment = ground.environment(await freePort());
  server = await startServerProcess(environment);
  shop = await openShop(ground);
  await offerReward(ground, shop, { referral: 'days', referralDays: DAYS });
});
afterAll(async () => {
  await server.stops();
  expect(ground.telegram.faults).toEqual([]);
  await ground.close();
});

interface Pair {
  inviter: SandboxPerson;
  /** Of the inviter, before their friend has bought. */
  end: Date;
  referralId: number;
  paymentId: number;
}

/** Somebody with a month has brought somebody whose receipt waits. */
async function newPair(): Promise<Pair> {
  const { member: inviter } = await newMember(ground, shop, { firstName: 'Inviter' });
  const end = (await heldBy(ground, inviter))?.expiresAt;
  if (!end) throw new Error('bought for a month');
  const friend = await comesBy(ground, shop, await inviteCodeOf(ground, shop, inviter));
  const paymentId = await payFor(ground, shop, friend);
  const { id } = await ground.database.referral.findFirstOrThrow({
    where: { friend: { telegramUserId: friend.id } },
  });
  return { inviter, end, referralId: id, paymentId };
}

const entriesOf = (sourceId: number) =>
  ground.database.timeEntry.findMany({ where: { source: 'referral', sourceId } });

async function expectGivenOnce({ inviter, end, referralId }: Pair): Promise<void> {
  await eventually(
    async () =>
      expect(await heldBy(ground, inviter)).toMatchObject({ expiresAt: addDays(end, DAYS, 'Asia/Tashkent') }),
    PATIENCE,
  );
  expect(await entriesOf(referralId)).toMatchObject([{ takenBackAt: null }]);
}

async function expectTakenOnce({ inviter, end, referralId }: Pair): Promise<void> {
  await eventually(
    async () => expect(await heldBy(ground, inviter)).toMatchObject({ expiresAt: end }),
    PATIENCE,
  );
  expect(await entriesOf(referralId)).toMatchObject([{ takenBackAt: expect.any(Date), takenBackTo: null }]);
}

/**
 * From the commit of a decision until its reward is what it should be; an approval itself is tried elsewhere. Apart from
 * `npm run chaos` the first or the last of these.
 */
function momentsOf(statements: readonly string[], settled: RegExp, tried: 'first' | 'last'): number[] {
  const decided = statements.findIndex((text) => text.includes('"referrals"'));
  const from = statements.indexOf('COMMIT', decided) + 1;
  const last = statements.findLastIndex((text) => settled.test(text));
  const until = statements.indexOf('COMMIT', last);
  if (STATEMENTS === 'some') return [tried === 'first' ? from : until];
  return momentsToDie(statements.slice(0, until)).filter((moment) => moment >= from);
}

test('a server killed between a purchase and its reward gives it once, and takes it back once', async () => {
  const first = await newPair();
  const { owner } = shop;
  const approving = await server.statementsOf(async () => {
    await owner.presses(shop.shop, `approve:${first.paymentId}`);
    await expectGivenOnce(first);
  });
  const reversing = await server.statementsOf(async () => {
    await owner.presses(shop.shop, `revert:${first.paymentId}:yes`);
    await expectTakenOnce(first);
  });
  const givings = momentsOf(approving, /INSERT INTO .*"time_entries"/, 'first');
  const takings = momentsOf(reversing, /UPDATE .*"referrals"/, 'last');
  expect(Math.min(...givings, ...takings)).toBeGreaterThan(1);

  const diesIn = async (moment: number, press: string) => {
    await server.diesAfter(moment);
    await owner.presses(shop.shop, press, { wait: false });
    await server.ended;
    server = await startServerProcess(environment);
  };
  for (let index = 0; index < Math.max(givings.length, takings.length); index += 1) {
    const pair = await newPair();
    await diesIn(givings[index % givings.length] ?? 1, `approve:${pair.paymentId}`);
    await expectGivenOnce(pair);
    await ground.telegram.quiet({ timeoutMs: PATIENCE.timeout });
    await diesIn(takings[index % takings.length] ?? 1, `revert:${pair.paymentId}:yes`);
    await expectTakenOnce(pair);
    await ground.telegram.quiet({ timeoutMs: PATIENCE.timeout });
  }
}, 600_000);
