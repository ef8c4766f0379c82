import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { ManagerRole } from '../../../src/kernel/rights.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

/** What the owner's link for somebody who is to help ends in. */
export async function newInvitation(
  { mainBot }: Pick<Platform, 'mainBot'>,
  { owner, shop }: Pick<Shop, 'owner' | 'shop'>,
  role: ManagerRole,
): Promise<string> {
  await owner.presses(mainBot, `bot:${shop.id}:team:${role}`);
  const page = owner.chatWith(mainBot).messages.findLast(({ text }) => text.includes('start=m_'));
  const token = /start=(m_[\w-]{22})/.exec(page?.text ?? '')?.[1];
  if (!token) throw new Error('There was no link.');
  return token;
}

/** Somebody who opens a link of an owner for the first time, and reads what it is about. */
export async function opensInvitation(
  { telegram, mainBot }: Pick<Platform, 'telegram' | 'mainBot'>,
  payload: string,
  {
    firstName = 'Malika',
    languageCode = 'en',
  }: { firstName?: string; languageCode?: 'uz' | 'en' | 'ru' } = {},
): Promise<SandboxPerson> {
  const person = telegram.newPerson({ firstName, languageCode });
  await person.starts(mainBot, { payload });
  await person.presses(mainBot, `lang:${languageCode}`);
  return person;
}

/** Presses that they want to help. @returns the id that their owner decides by */
export async function asksToHelp(
  { mainBot, database, quiet }: Pick<Platform, 'mainBot' | 'database' | 'quiet'>,
  person: SandboxPerson,
): Promise<number> {
  const invite = await database.managerInvite.findFirstOrThrow({
    where: { openedBy: BigInt(person.id) },
    orderBy: { id: 'desc' },
  });
  await person.presses(mainBot, `join:${invite.id}`);
  await quiet();
  const row = await database.botManager.findFirstOrThrow({
    where: { telegramUserId: BigInt(person.id), status: 'asked' },
  });
  return row.id;
}

/** Somebody whom the owner has taken on, and who has opened the seller bot. */
export async function newManager(
  platform: Platform,
  shop: Pick<Shop, 'owner' | 'shop'>,
  role: ManagerRole,
  options: { firstName?: string; languageCode?: 'uz' | 'en' | 'ru' } = {},
): Promise<{ manager: SandboxPerson; managerId: number }> {
  const manager = await opensInvitation(platform, await newInvitation(platform, shop, role), options);
  const managerId = await asksToHelp(platform, manager);
  await shop.owner.presses(platform.mainBot, `mgr:${managerId}:ok`);
  await manager.starts(shop.shop);
  await manager.presses(shop.shop, `lang:${options.languageCode ?? 'en'}`);
  await platform.quiet();
  return { manager, managerId };
}
