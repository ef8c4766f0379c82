import { afterAll, beforeAll, expect, test } from 'vitest';
import { becomes, copiesOf, newDraft, startsBroadcast } from '../../../support/growth/broadcasts.ts';
import { callsOf, holdAnswer } from '../../../support/held-call.ts';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop } from '../../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
});
afterAll(() => platform.closesClean());

test('moderators see what was started on every bot, never a draft or what it says, and end it', async () => {
  const [first, second] = [await openShop(platform), await openShop(platform)];
  await newBuyer(platform, first);
  const [buyer] = [await newBuyer(platform, second), await newBuyer(platform, second)];
  const done = await newDraft(platform, first, first.owner, 'Nobody else reads this');
  await startsBroadcast(platform, first, first.owner, done);
  await becomes(platform, done, 'done');
  await newDraft(platform, first, first.owner);
  const night = await newDraft(platform, second, second.owner);
  platform.clock.passes({ hours: 10 });
  await startsBroadcast(platform, second, second.owner, night);

  const panel = await openPanel(platform, platform.moderator);
  const listed = await panel.get('/mod/broadcasts');
  const { id: ownerId, fullName } = await platform.database.owner.findUniqueOrThrow({
    where: { telegramUserId: BigInt(second.owner.id) },
  });
  expect(listed.body).toEqual({
    items: [
      {
        id: night,
        state: 'scheduled',
        createdAt: expect.any(String),
        startsAt: '2026-11-22T03:00:00.000Z',
        total: 0,
        counts: { sent: 0, blocked: 0, failed: 0, unknown: 0, skipped: 0, left: 0 },
        bot: { id: String(second.shop.id), username: second.shop.username },
        owner: { id: ownerId, name: fullName },
        open: true,
      },
      expect.objectContaining({ id: done, state: 'done', total: 1, open: false }),
    ],
    next: null,
  });
  const page = (await panel.get('/mod/broadcasts?limit=1')).body;
  expect((await panel.get(`/mod/broadcasts?limit=1&cursor=${page.next}`)).body.items).toMatchObject([
    { id: done },
  ]);

  for (let press = 0; press < 2; press += 1) {
    expect((await panel.post(`/mod/broadcasts/${night}/stop`)).status).toBe(204);
  }
  await second.owner.reads(platform.mainBot, `Broadcast no. ${night}`);
  platform.clock.passes({ hours: 10 });
  await platform.app.jobs.sweep();
  await platform.quiet();
  expect(copiesOf(buyer, second.shop)).toBe(0);
  expect(
    await platform.database.auditEntry.findMany({
      where: { target: `broadcast:${night}`, action: 'broadcast.cancelled' },
    }),
  ).toMatchObject([{ actor: `moderator:${platform.moderator.id}` }]);
});

test('what goes out at the moment ends within the call that is under way; a draft is nothing to moderators', async () => {
  const shop = await openShop(platform);
  const [first, next] = [await newBuyer(platform, shop), await newBuyer(platform, shop)];
  const id = await newDraft(platform, shop, shop.owner);
  const panel = await openPanel(platform, platform.moderator);
  expect((await panel.post(`/mod/broadcasts/${id}/stop`)).status).toBe(404);
  const held = [first, next].map((one) =>
    holdAnswer(platform.telegram, callsOf(shop.shop, 'copyMessage', one)),
  );
  await shop.owner.presses(shop.shop, `cast:${id}:start:yes`);
  await held[0]?.comes();
  expect((await panel.post(`/mod/broadcasts/${id}/stop`)).status).toBe(204);
  for (const one of held) one.release();
  await platform.quiet();
  expect((await becomes(platform, id, 'cancelled')).finishedAt).not.toBeNull();
  expect((await panel.get('/mod/broadcasts')).body.items[0]).toMatchObject({
    id,
    state: 'cancelled',
    open: false,
  });
});
