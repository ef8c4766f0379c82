import type { Fernet } from '../../../infra/crypto/fernet.ts';
import type { PrismaClient, SellerBot } from '../../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../../kernel/actor.ts';
import { isDeliveryFailure } from '../../../kernel/outbox/delivery-error.ts';
import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import { HOUR_MS } from '../../../shared/durations.ts';
import type { BotGateway } from '../bot-gateway.ts';
import { markTokenDead } from '../dead-token.ts';

/** A bot whose token dies again and again has somebody at work whom new ones do not stop. */
const REPLACED_AT_MOST_EVERY_MS = HOUR_MS;

export interface TokenHealingDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  fernet: Fernet;
  gateway: Pick<BotGateway, 'managedToken' | 'replaceManagedToken'>;
  /** Tells every process that what it remembers of this bot is old. */
  invalidate: (telegramBotId: bigint) => Promise<void>;
}

/**
 * Telegram has refused a bot's token. One that the main bot manages goes on with the next one, and nobody is troubled; of any
 * other, and where that is no use, the owner is told.
 * @param bot as it was when Telegram was asked
 * @returns whether it goes on
 * @throws DeliveryError where Telegram does not answer now: nothing is decided
 */
export async function healOrMarkDead(deps: TokenHealingDeps, bot: SellerBot): Promise<boolean> {
  if (await healToken(deps, bot)) return true;
  if (bot.isManaged && (await replaceToken(deps, bot))) return true;
  await markTokenDead(deps, bot);
  return false;
}

/** Takes the token that Telegram has for a managed bot, where it is another. @returns whether it is */
export async function healToken(deps: TokenHealingDeps, bot: SellerBot): Promise<boolean> {
  if (!bot.isManaged) return false;
  const token = await unlessRefused(deps.gateway.managedToken(bot.telegramBotId));
  if (token === null || token === deps.fernet.decrypt(bot.encryptedToken)) return false;
  await storeToken(deps, bot, token);
  return true;
}

/** Has Telegram make a new one, unless it did or refused so lately. @returns whether it did */
async function replaceToken(deps: TokenHealingDeps, bot: SellerBot): Promise<boolean> {
  const now = deps.clock.now();
  const { tokenReplacedAt } = await deps.prisma.sellerBot.findUniqueOrThrow({ where: { id: bot.id } });
  const lately = now.getTime() - REPLACED_AT_MOST_EVERY_MS;
  if (tokenReplacedAt !== null && tokenReplacedAt.getTime() > lately) return false;
  const { count } = await deps.prisma.sellerBot.updateMany({
    where: { id: bot.id, removedAt: null, tokenReplacedAt },
    data: { tokenReplacedAt: now },
  });
  if (count === 0) return false;
  let token: string | null;
  try {
    token = await unlessRefused(deps.gateway.replaceManagedToken(bot.telegramBotId));
  } catch (error) {
    // No answer was none: were it counted, the next look within the hour would take the token for dead.
    const asked = { id: bot.id, tokenReplacedAt: now };
    await deps.prisma.sellerBot.updateMany({ where: asked, data: { tokenReplacedAt } });
    throw error;
  }
  if (token === null) return false;
  await storeToken(deps, bot, token);
  return true;
}

/** The bot is launched anew with it, and its owner hears nothing. One that came meanwhile stays. */
export async function storeToken(deps: TokenHealingDeps, bot: SellerBot, token: string): Promise<void> {
  await deps.transact(async ({ db, enqueue, audit }) => {
    const { count } = await db.sellerBot.updateMany({
      where: { id: bot.id, encryptedToken: bot.encryptedToken, removedAt: null },
      data: { encryptedToken: deps.fernet.encrypt(token), isActive: true, tokenDeadAt: null },
    });
    if (count === 0) return;
    enqueue({ kind: 'launch-bot', botId: bot.id, payload: { botId: bot.id, isQuiet: true } });
    audit(SYSTEM, 'bot.token-replaced', { bot: bot.id });
  });
  await deps.invalidate(bot.telegramBotId);
}

/** @returns null for a bot that is not, or no more, the main bot's to manage */
async function unlessRefused(asking: Promise<string>): Promise<string | null> {
  try {
    return await asking;
  } catch (error) {
    if (isDeliveryFailure(error, 'refused')) return null;
    throw error;
  }
}
