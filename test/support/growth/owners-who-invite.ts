import { expect } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../eventually.ts';
import type { Platform } from '../platform.ts';

const ON_SALE = [
  ['price1', '90 000'],
  ['price6', '500 000'],
  ['card', '8600 9999 8888 7777'],
  ['holder', 'GETOLOG'],
] as const;

/** What moderators hear comes one a second: nobody here waits for that. */
const TOLD_TO_MODERATORS = ['small-notice', 'tariff-review', 'show-tariff-decision'];

let people = 0;

export type OwnersWhoInvite = Awaited<ReturnType<typeof ownersWhoInvite>>;

/** Tariffs are on sale, by a moderator who has opened the main bot; and owners come, invite each other and buy. */
export async function ownersWhoInvite(
  platform: Pick<Platform, 'app' | 'clock' | 'database' | 'telegram' | 'mainBot' | 'moderator'>,
) {
  const { clock, database, telegram, mainBot, moderator } = platform;

  /** Waits until everything is done that follows for owners, also where the clock is ahead of that of the database. */
  async function settled(): Promise<void> {
    await platform.app.jobs.sweep();
    await eventually(async () => {
      const open = await database.outboxMessage.findMany({
        where: { doneAt: null, dueAt: { lte: clock.now() }, kind: { notIn: TOLD_TO_MODERATORS } },
        select: { kind: true, payload: true },
      });
      expect(open).toEqual([]);
    });
    await telegram.quiet();
  }

  async function sets(name: string, value: string): Promise<void> {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
    await settled();
  }

  /** Somebody opens the main bot, by a link if there is one, and picks a language. */
  async function newOwner(payload?: string): Promise<SandboxPerson> {
    people += 1;
    const owner = telegram.newPerson({ firstName: `Owner ${people}`, languageCode: 'en' });
    await owner.starts(mainBot, payload === undefined ? {} : { payload });
    await owner.presses(mainBot, 'lang:en');
    return owner;
  }

  /** Opens the page with the link. @returns what the link carries */
  async function payloadOf(inviter: SandboxPerson): Promise<string> {
    await inviter.presses(mainBot, 'refer');
    const page = await inviter.reads(mainBot, 'Your link');
    return /\?start=(r_[A-Za-z0-9]{8})\b/.exec(page.text)?.[1] ?? '';
  }

  /** An owner, and another who came by their link. */
  async function newPair() {
    const inviter = await newOwner();
    const payload = await payloadOf(inviter);
    return { inviter, payload, friend: await newOwner(payload) };
  }

  /** Sends the receipt for a tariff. @returns the receipt that waits */
  async function paysFor(owner: SandboxPerson, months = 1): Promise<number> {
    await owner.presses(mainBot, `tariff:${months}`);
    await owner.sendsPhoto(mainBot);
    await settled();
    return (await waitingOf(owner)).id;
  }

  const waitingOf = (owner: SandboxPerson) =>
    database.tariffPayment.findFirstOrThrow({
      where: { owner: { telegramUserId: owner.id }, status: 'pending' },
    });

  async function isApproved(tariffPaymentId: number): Promise<void> {
    await moderator.presses(mainBot, `mod:tariff-approve:${tariffPaymentId}`);
    await settled();
  }

  const buys = async (owner: SandboxPerson, months = 1) => isApproved(await paysFor(owner, months));

  const periodOf = (owner: SandboxPerson) =>
    database.tariffPeriod.findFirst({
      where: { owner: { telegramUserId: owner.id }, status: 'active' },
    });

  const endOf = async (owner: SandboxPerson) => (await periodOf(owner))?.expiresAt?.toISOString();

  const rowOf = (friend: SandboxPerson) =>
    database.ownerReferral.findFirst({ where: { friend: { telegramUserId: friend.id } } });

  async function idOf(owner: SandboxPerson): Promise<number> {
    return (await database.owner.findUniqueOrThrow({ where: { telegramUserId: owner.id } })).id;
  }

  for (const [name, value] of ON_SALE) await sets(name, value);
  return {
    settled,
    sets,
    newOwner,
    payloadOf,
    newPair,
    paysFor,
    waitingOf,
    isApproved,
    buys,
    periodOf,
    endOf,
    rowOf,
    idOf,
  };
}
