import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fernet, generateFernetKey } from '../../../src/infra/crypto/fernet.ts';
import { createPersonHash, PERSON_KEY } from '../../../src/modules/platform/person-key.ts';
import { rotateSecrets } from '../../../src/modules/platform/stored-secrets.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';

let platform: Platform;

beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(async () => {
  await platform.closesClean();
});

/** Different people until now. */
async function countPeople(hours: number): Promise<number> {
  const to = new Date(platform.clock.now().getTime() + HOUR_MS);
  return (await platform.app.metrics.readDay(new Date(to.getTime() - hours * HOUR_MS), to)).activeUsers;
}

test('who was here yesterday is the same person today, though every key was changed in between', async () => {
  const { telegram, mainBot, database, clock, encryptionKey } = platform;
  const person = telegram.newPerson({ firstName: 'Faithful' });
  await person.starts(mainBot);
  await platform.app.metrics.flush();
  const newKey = generateFernetKey();
  const fernet = new Fernet([newKey, encryptionKey]);
  expect(await rotateSecrets({ prisma: database, clock, fernet })).toMatchObject({ unreadable: 0 });
  clock.passes({ days: 1 });
  await platform.quiet();
  await platform.restart({ ENCRYPTION_KEY: newKey });
  await person.sends(mainBot, '/menu');
  await platform.app.metrics.flush();
  expect(await database.activePerson.count()).toBe(2);
  expect(await countPeople(1)).toBe(1);
  expect(await countPeople(48)).toBe(1);
});

test('the key of people is made once, though many processes need it first at the same time', async () => {
  const { database, clock, encryptionKey } = platform;
  const fernet = new Fernet([encryptionKey]);
  await database.platformSetting.delete({ where: { name: PERSON_KEY } });
  const processes = Array.from({ length: 8 }, () => createPersonHash({ prisma: database, clock, fernet }));
  const hashes = await Promise.all(processes.map(async (read) => (await read())(42)));
  expect(new Set(hashes).size).toBe(1);
  expect(hashes[0]).not.toBe(42n);
  const { value } = await database.platformSetting.findUniqueOrThrow({ where: { name: PERSON_KEY } });
  const key = fernet.decrypt(value);
  expect(value).not.toContain(key);
  expect(Buffer.from(key, 'base64url')).toHaveLength(32);
});

test('people who were counted with a key that is no more are not counted twice', async () => {
  const { telegram, mainBot, database, clock } = platform;
  await database.platformSetting.delete({ where: { name: PERSON_KEY } });
  await database.activePerson.create({ data: { hour: clock.now(), person: 7n } });
  await platform.restart();
  await telegram.newPerson({ firstName: 'First' }).starts(mainBot);
  await platform.app.metrics.flush();
  expect(await countPeople(24)).toBe(1);
});

test('a key of people that no key can read is told when keys are changed', async () => {
  const { database, clock, encryptionKey } = platform;
  const value = new Fernet([generateFernetKey()]).encrypt('lost');
  await database.platformSetting.update({ where: { name: PERSON_KEY }, data: { value } });
  const fernet = new Fernet([generateFernetKey(), encryptionKey]);
  expect(await rotateSecrets({ prisma: database, clock, fernet })).toMatchObject({ unreadable: 1 });
});
