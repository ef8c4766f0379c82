import type { SandboxChat } from '../sandbox.ts';
import type { SandboxMessage } from '../world/conversation.ts';
import { type Actor, linkIn, type Stage } from './stage.ts';
import type { Cast } from './story.ts';

/** Somebody opens the shop for the first time, and its owner hears of it. @param language a part of its button */
export async function enters(
  { mainBot, shop, owner }: Cast,
  visitor: Actor,
  language: RegExp,
): Promise<void> {
  await visitor.starts(shop);
  await owner.reads(mainBot, `New in @${shop.username}: ${visitor.name}`);
  await visitor.taps(shop, language);
}

/** A receipt reaches its owner, with both decisions under it. */
export async function reachesOwner(stage: Stage, { shop, owner }: Cast, receipt: number): Promise<void> {
  const message = await owner.reads(shop, `Receipt no. ${receipt}\n`);
  stage.expect(
    message.media !== undefined && message.buttons.flat().length === 2,
    `receipt no. ${receipt} comes with its picture and two buttons`,
  );
}

/** The newest receipt is approved, and its message says so. */
export async function approves({ shop, owner }: Cast, receipt: number): Promise<void> {
  await owner.taps(shop, /^✅ Approve$/);
  const isDecided = ({ text }: SandboxMessage) =>
    text.includes(`Receipt no. ${receipt}\n`) && text.includes('Approved by you');
  await owner.reads(shop, isDecided, `that receipt no. ${receipt} is approved`);
}

/** The link in a message lets its reader in, the owner hears of it, and the link is worth nothing any more. */
export async function usesLink(
  stage: Stage,
  { mainBot, owner }: Cast,
  { member, welcome, chat }: { member: Actor; welcome: SandboxMessage; chat: SandboxChat },
): Promise<void> {
  const link = linkIn(welcome);
  stage.expect(await member.joins(link, chat), `the link lets ${member.name} in`);
  await owner.reads(mainBot, new RegExp(`${member.name}.* joined ${chat.title}`));
  const isRevoked = () => chat.links.some((one) => one.link === link && one.revoked);
  await stage.until(isRevoked, 'the used link is revoked');
}

/** The number of what was chosen last, which is that of its receipt. */
export async function newestPayment({ database }: Stage): Promise<number> {
  const { id } = await database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  return id;
}
