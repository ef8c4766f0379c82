import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGround, type Ground } from '../../support/platform.ts';
import { expectKeptSecrets } from '../../support/secrecy.ts';
import { freePort } from '../../support/servers/free-port.ts';
import {
  type SentryItem,
  type SentryServer,
  startSentryServer,
} from '../../support/servers/sentry-server.ts';
import { type ServerProcess, startServerProcess } from '../../support/servers/server-process.ts';
import { newMember, openShop } from '../../support/shop.ts';

let ground: Ground;
let sentry: SentryServer;
let server: ServerProcess;

beforeEach(async () => {
  [ground, sentry] = await Promise.all([createGround(), startSentryServer()]);
  server = await startServerProcess({
    ...ground.environment(await freePort()),
    SENTRY_DSN: sentry.dsn,
    SENTRY_TRACES_SAMPLE_RATE: '1',
    SENTRY_PROFILES_SAMPLE_RATE: '1',
    ENVIRONMENT: 'staging',
    EXPIRE_EVERY_SECONDS: '1',
  });
  await ground.telegram.until(() => ground.mainBot.webhookUrl !== undefined, { what: 'the webhook' });
});
afterEach(async () => {
  await server.stops();
  await sentry.close();
  await ground.close();
});

const items = () => sentry.seen.flatMap((one) => one.items);

/** Waits until something like this has been sent. */
async function reported(what: (item: SentryItem) => boolean): Promise<SentryItem> {
  await expect.poll(() => items().some(what), { timeout: 60_000 }).toBe(true);
  return items().find(what) as SentryItem;
}

test('a real server reports faults of bots and jobs with tenant, update and job, traces and profiles its work, and tells no secret', async () => {
  const { telegram, database, encryptionKey } = ground;
  const shop = await openShop(ground);
  const { member } = await newMember(ground, shop);

  await database.$executeRawUnsafe('ALTER TABLE open_questions RENAME TO open_questions_gone');
  await member.sends(shop.shop, 'My neighbour must not know about this');
  await database.$executeRawUnsafe('ALTER TABLE open_questions_gone RENAME TO open_questions');
  await database.$executeRawUnsafe('ALTER TABLE subscriptions RENAME TO subscriptions_gone');
  const ofBot = await reported(
    ({ type, payload }) => type === 'event' && payload.tags?.['part'] === 'handler',
  );
  const ofJob = await reported(({ type, payload }) => type === 'event' && payload.tags?.['part'] === 'job');
  await database.$executeRawUnsafe('ALTER TABLE subscriptions_gone RENAME TO subscriptions');
  expect(ofBot.payload).toMatchObject({
    release: expect.stringMatching(/^getolog@\d/),
    environment: 'staging',
    tags: { tenant: String(shop.shop.id), update: expect.stringMatching(/^\d+$/) },
    exception: { values: [{ type: expect.stringContaining('Error') }] },
  });
  expect(ofJob.payload.tags).toMatchObject({ job: expect.stringMatching(/^(?:expire|warn)$/) });

  for (const name of ['update message', 'update callback_query', 'outbox deliver-access', 'job expire']) {
    await reported(({ payload }) => payload.transaction === name);
  }
  // Its own files are one here, which is none of the program's: what they call is named all the same.
  const ofWork = await reported(({ payload }) =>
    Boolean(
      payload.profile?.frames.some(({ filename }) => /^node_modules\/(?!@sentry)/.test(filename ?? '')),
    ),
  );
  expect(ofWork.type).toBe('profile_chunk');
  await telegram.quiet();
  expect(sentry.seen.some(({ raw }) => raw.includes(process.cwd()))).toBe(false);
  expectKeptSecrets(telegram, [encryptionKey], { 'An envelope': sentry.seen.map(({ raw }) => raw) });
});
