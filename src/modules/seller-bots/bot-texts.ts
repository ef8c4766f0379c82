import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { MAX_TERMS_LENGTH, MAX_WELCOME_LENGTH } from './seller-bot.ts';

/** What a bot says in its owner's own words; null: the default text, in each reader's language. */
export interface BotTexts {
  welcome: string | null;
  terms: string | null;
}

/** The words of a bot that its owner may change. */
export function createBotTexts({ prisma, transact }: { prisma: PrismaClient; transact: UnitOfWork }) {
  async function readTexts(scope: TenantScope, actor: Actor): Promise<BotTexts> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const bot = await prisma.sellerBot.findUniqueOrThrow({
      where: { id: scope.botId },
      select: { welcomeMessage: true, termsMessage: true },
    });
    return { welcome: bot.welcomeMessage, terms: bot.termsMessage };
  }

  async function setWelcome(scope: TenantScope, actor: Actor, text: string): Promise<void> {
    const welcome = text.trim();
    if (welcome.length === 0) throw new AppError('welcome.empty');
    if (welcome.length > MAX_WELCOME_LENGTH)
      throw new AppError('welcome.tooLong', { max: MAX_WELCOME_LENGTH });
    await change(scope, actor, 'bot.welcome-set', { welcomeMessage: welcome });
  }

  /** The default text again, in each reader's language. */
  async function resetWelcome(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.welcome-set', { welcomeMessage: null });
  }

  /** What buyers agree to. @param text as typed; `-` is the default text again @throws AppError `terms.*` */
  async function setTerms(scope: TenantScope, actor: Actor, text: string): Promise<void> {
    const terms = text.trim();
    if (terms.length === 0) throw new AppError('terms.empty');
    if (terms.length > MAX_TERMS_LENGTH) throw new AppError('terms.tooLong', { max: MAX_TERMS_LENGTH });
    if (terms === '-') return resetTerms(scope, actor);
    await change(scope, actor, 'bot.terms-set', { termsMessage: terms });
  }

  async function resetTerms(scope: TenantScope, actor: Actor): Promise<void> {
    await change(scope, actor, 'bot.terms-set', { termsMessage: null });
  }

  /** A bot's own terms, as anybody may read them; null: the default text. */
  async function readTerms({ botId }: TenantScope): Promise<string | null> {
    const row = await prisma.sellerBot.findUnique({ where: { id: botId }, select: { termsMessage: true } });
    return row?.termsMessage ?? null;
  }

  async function change(
    scope: TenantScope,
    actor: Actor,
    action: 'bot.welcome-set' | 'bot.terms-set',
    data: { welcomeMessage: string | null } | { termsMessage: string | null },
  ): Promise<void> {
    await transact(async ({ db, audit, once }) => {
      await requireMay(db, scope, actor, 'shop');
      if (!(await once(actor.act))) return;
      await db.sellerBot.update({ where: { id: scope.botId }, data });
      audit(actor, action, { bot: scope.botId });
    });
  }

  return { readTexts, setWelcome, resetWelcome, setTerms, resetTerms, readTerms };
}
