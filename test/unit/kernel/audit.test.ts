import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actorInChat, SYSTEM } from '../../../src/kernel/actor.ts';
import { openTrail } from '../../../src/kernel/audit.ts';

const scope = {
  botId: 7,
  telegramBotId: 700n,
  botUsername: 'shop_bot',
  ownerId: 1,
  ownerTelegramUserId: 10n,
};

async function written(note: (trail: ReturnType<typeof openTrail>) => void): Promise<unknown> {
  const trail = openTrail();
  note(trail);
  let data: unknown;
  const createMany = async (args: { data: unknown }) => {
    data = args.data;
  };
  // Of the database, all that is asked here.
  await trail.write({ auditEntry: { createMany } } as never, new Date(0));
  return data;
}

test('a line names who acted, what was done to what, and in which bot', async () => {
  const lines = await written(({ audit }) => {
    audit({ kind: 'moderator', telegramUserId: 5n }, 'owner.banned', { owner: 3 });
    audit(actorInChat(scope, 10n), 'chat.connected', { channel: 4, bot: 7 });
    audit(actorInChat(scope, 11n), 'member.removed-by-hand', { subscription: 9, bot: 7 });
    audit(SYSTEM, 'bot.token-died', { bot: 7 });
    // @ts-expect-error: it is a plan that is switched off.
    const wrongNoun = () => audit(SYSTEM, 'plan.off', { channel: 4, bot: 7 });
    // @ts-expect-error: a plan is some bot's.
    const withoutBot = () => audit(SYSTEM, 'plan.off', { plan: 4 });
    expect([wrongNoun, withoutBot]).toHaveLength(2);
  });
  const at = new Date(0);
  expect(lines).toEqual([
    { actor: 'moderator:5', action: 'owner.banned', target: 'owner:3', botId: null, at },
    { actor: 'owner:10', action: 'chat.connected', target: 'channel:4', botId: 7, at },
    { actor: 'chat-admin:11', action: 'member.removed-by-hand', target: 'subscription:9', botId: 7, at },
    { actor: 'system', action: 'bot.token-died', target: 'bot:7', botId: 7, at },
  ]);
});

test('nothing noted writes nothing', async () => {
  expect(await written(() => {})).toBeUndefined();
});

test('nothing but the kernel writes the trail', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.includes('prisma-client'),
  );
  const writes = /auditEntry\s*\.(create|update|upsert|delete)/;
  const writers = sources.filter((path) => writes.test(readFileSync(join('src', path), 'utf8')));
  expect(writers).toEqual([join('kernel', 'audit.ts')]);
});
