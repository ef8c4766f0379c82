import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fernet, generateFernetKey } from '../../../../src/infra/crypto/fernet.ts';
import {
  requireRightKey,
  rotateSecrets,
  WrongKeyError,
} from '../../../../src/modules/platform/stored-secrets.ts';
import { contentOf } from '../../../support/database/contents.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { type ClickCaller, connectClick, orderByClick } from '../../../support/providers/click-caller.ts';
import { settled } from '../../../support/settled.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

const SECRET = 'kEy-Of-A-Cabinet-Xq7';

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeEach(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { secret: SECRET });
});
afterEach(() => platform.closesClean());

const accounts = () => platform.database.merchantAccount.findMany({ orderBy: { id: 'asc' } });
const keyring = (...keys: string[]) => ({
  prisma: platform.database,
  clock: platform.clock,
  fernet: new Fernet(keys),
});

test('keys are encrypted anew while their provider calls, and the old key is taken away', async () => {
  const { database, encryptionKey, clock } = platform;
  const newKey = generateFernetKey();
  // One that was removed, and more of them than one batch.
  const [first] = await accounts();
  await database.merchantAccount.createMany({
    data: Array.from({ length: 600 }, () => ({
      botId: first?.botId ?? 0,
      provider: 'uzum',
      details: {},
      encryptedSecrets: first?.encryptedSecrets ?? null,
      createdAt: clock.now(),
      removedAt: clock.now(),
    })),
  });
  await platform.restart({ ENCRYPTION_KEY: `${newKey},${encryptionKey}` });
  const order = await orderByClick(platform, shop, await newBuyer(platform, shop));
  let isDone = false;
  const calling = (async () => {
    const answers = [];
    while (!isDone || answers.length === 0) answers.push(await click.prepare(click.of(order)));
    return answers;
  })();
  const rotation = await rotateSecrets(keyring(newKey, encryptionKey));
  isDone = true;
  for (const answer of await calling) expect(answer.error).toBe(0);
  expect(rotation).toEqual({ renewed: 602, current: 0, unreadable: 0 });
  expect(await rotateSecrets(keyring(newKey, encryptionKey))).toMatchObject({ renewed: 0, current: 602 });
  const onlyNew = new Fernet([newKey]);
  for (const { encryptedSecrets } of await accounts()) {
    expect(JSON.parse(onlyNew.decrypt(encryptedSecrets ?? ''))).toEqual({ live: SECRET, test: null });
  }
  await platform.quiet();
  await platform.restart({ ENCRYPTION_KEY: newKey });
  expect(await click.prepare(click.of(order))).toMatchObject({ error: 0 });
});

test('keys that their owner replaces meanwhile stay as they are replaced', async () => {
  const { database, encryptionKey } = platform;
  const newKey = generateFernetKey();
  const replaced = new Fernet([newKey]).encrypt(JSON.stringify({ live: 'another-key', test: null }));
  // Between the reading and the writing.
  const slow = database.$extends({
    query: {
      merchantAccount: {
        async findMany({ args, query }) {
          const rows = await query(args);
          const where = { id: click.accountId };
          await database.merchantAccount.updateMany({ where, data: { encryptedSecrets: replaced } });
          return rows;
        },
      },
    },
  }) as unknown as Platform['database'];
  const rotation = await rotateSecrets({ ...keyring(newKey, encryptionKey), prisma: slow });
  // The bot's token alone.
  expect(rotation).toEqual({ renewed: 1, current: 1, unreadable: 0 });
  expect((await accounts())[0]?.encryptedSecrets).toBe(replaced);
});

test('a key that cannot read them is found before anything is served, even where no bot is left', async () => {
  const { database, encryptionKey } = platform;
  await database.sellerBot.updateMany({ data: { encryptedToken: '' } });
  await database.platformSetting.deleteMany({ where: { name: { in: ['key-check', 'person-key'] } } });
  await expect(requireRightKey(keyring(generateFernetKey()))).rejects.toThrow(WrongKeyError);
  await requireRightKey(keyring(encryptionKey));
  await database.platformSetting.deleteMany({ where: { name: 'key-check' } });
  expect(await rotateSecrets(keyring(generateFernetKey()))).toMatchObject({ unreadable: 1 });
  expect(await database.platformSetting.count({ where: { name: 'key-check' } })).toBe(0);
});

test('an owner who is forgotten leaves no key behind, and their provider is refused', async () => {
  const { mainBot, quiet } = platform;
  const order = await orderByClick(platform, shop, await newBuyer(platform, shop));
  expect(await click.prepare(click.of(order))).toMatchObject({ error: 0 });
  await shop.owner.presses(mainBot, 'forget:yes');
  await quiet();
  expect(await accounts()).toMatchObject([{ encryptedSecrets: null, keysSetAt: null, details: {} }]);
  expect(await click.prepare(click.of(order))).toMatchObject({ error: -1 });
});

test('a key is nowhere in plain: not in the database, the log, the trail or what its owner takes along', async () => {
  const { mainBot, moderator, log, quiet } = platform;
  const order = await orderByClick(platform, shop, await newBuyer(platform, shop));
  await click.prepare(click.of(order));
  await click.prepare({ ...click.of(order), sign_string: '0'.repeat(32) });
  await moderator.presses(mainBot, `mod:conn:${click.accountId}`);
  await shop.owner.presses(mainBot, 'mydata');
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:export`);
  await quiet();
  const files = shop.owner
    .chatWith(mainBot)
    .messages.flatMap(({ document }) => (document ? [new TextDecoder().decode(document.bytes)] : []));
  expect(files.join('\n')).toContain(`"serviceId": "${click.serviceId}"`);
  const dump = Object.values(await contentOf({ url: platform.databaseUrl }))
    .flat()
    .join('\n');
  const said = [shop.owner, moderator].flatMap((person) =>
    person.chatWith(mainBot).messages.map(({ text }) => text),
  );
  for (const text of [dump, log.join('\n'), files.join('\n'), said.join('\n')]) {
    expect(text).not.toContain(SECRET);
  }
  expect(dump).toContain(click.serviceId);
});

test('an owner is told once a day that their provider is refused, and not while some calls are accepted', async () => {
  const { mainBot, clock } = platform;
  const order = await orderByClick(platform, shop, await newBuyer(platform, shop));
  const refused = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      await click.prepare({ ...click.of(order), sign_string: '0'.repeat(32) });
      clock.passes({ minutes: 1 });
    }
    await settled(platform);
  };
  const heard = () =>
    shop.owner.chatWith(mainBot).messages.filter(({ text }) => text.includes('calls from Click in a row'))
      .length;
  await refused(9);
  await click.prepare(click.of(order));
  await refused(1);
  expect(heard()).toBe(0);
  clock.passes({ hours: 2 });
  await refused(9);
  expect(heard()).toBe(0);
  await refused(1);
  await shop.owner.reads(mainBot, 'has refused 10 calls from Click in a row');
  clock.passes({ hours: 20 });
  await refused(10);
  expect(heard()).toBe(1);
  // Another process, where nobody has been held back yet for so many wrong keys.
  await platform.restart();
  clock.passes({ hours: 5 });
  await refused(10);
  expect(heard()).toBe(2);
});
