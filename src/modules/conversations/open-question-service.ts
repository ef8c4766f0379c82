import { z } from 'zod';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { NUMBER_NAMES } from '../bot-settings/bot-setting-names.ts';
import { PROVIDERS } from '../merchant-accounts/merchant-account.ts';
import { NEW_PLAN_KINDS } from '../plans/new-plan.ts';
import { SETTING_NAMES } from '../platform/setting-names.ts';
import { PROMO_FIELDS } from '../promo-codes/promo-code.ts';

/** What the keys of an account are asked for with; those that are given already are encrypted. */
const MERCHANT_KEY = {
  accountId: z.number(),
  telegramBotId: z.string(),
  provider: z.enum(PROVIDERS),
  given: z.string().nullable(),
};

/** Every question whose answer is somebody's next message, with what the answer will need. */
const openQuestion = z.discriminatedUnion('question', [
  z.object({ question: z.literal('price'), channelId: z.number(), months: z.number() }),
  z.object({ question: z.literal('planTerm'), channelId: z.number(), kind: z.enum(NEW_PLAN_KINDS) }),
  // How long it lasts stands there as it was typed.
  z.object({
    question: z.literal('newPlanPrice'),
    channelId: z.number(),
    kind: z.enum(NEW_PLAN_KINDS),
    term: z.string(),
  }),
  z.object({ question: z.literal('planPrice'), planId: z.number() }),
  z.object({ question: z.literal('planName'), planId: z.number() }),
  z.object({ question: z.literal('starsPrice'), planId: z.number() }),
  z.object({ question: z.literal('cardNumber'), telegramBotId: z.string() }),
  z.object({ question: z.literal('cardHolder'), telegramBotId: z.string(), digits: z.string() }),
  z.object({ question: z.literal('welcome'), telegramBotId: z.string() }),
  z.object({ question: z.literal('botPhoto'), telegramBotId: z.string() }),
  z.object({ question: z.literal('terms'), telegramBotId: z.string() }),
  z.object({
    question: z.literal('botSetting'),
    telegramBotId: z.string(),
    name: z.enum(NUMBER_NAMES),
  }),
  z.object({ question: z.literal('newPromo'), telegramBotId: z.string() }),
  z.object({ question: z.literal('promoField'), promoId: z.number(), field: z.enum(PROMO_FIELDS) }),
  z.object({ question: z.literal('promoCode') }),
  // With the album that was sent in vain, so that it is said once of all its pictures.
  z.object({ question: z.literal('broadcast'), album: z.string().nullable() }),
  z.object({ question: z.literal('newSource'), telegramBotId: z.string() }),
  z.object({ question: z.literal('sourceCost'), sourceId: z.number() }),
  // Null: every chat of the bot.
  z.object({
    question: z.literal('freeMember'),
    telegramBotId: z.string(),
    channelId: z.number().nullable(),
  }),
  z.object({ question: z.literal('rejectReason'), paymentId: z.number() }),
  z.object({ question: z.literal('support') }),
  // The rest of an album, whose first picture was an answer already.
  z.object({ question: z.literal('album'), id: z.string(), of: z.enum(['receipt', 'support']) }),
  z.object({ question: z.literal('tariffReceipt'), months: z.number(), amount: z.string() }),
  z.object({
    question: z.literal('connectionReceipt'),
    accountId: z.number(),
    telegramBotId: z.string(),
    provider: z.enum(PROVIDERS),
    amount: z.string(),
  }),
  z.object({ question: z.literal('merchantKey'), ...MERCHANT_KEY }),
  // A moderator enters them in the owner's place.
  z.object({ question: z.literal('merchantKeyByHand'), ...MERCHANT_KEY }),
  z.object({
    question: z.literal('fiscalData'),
    telegramBotId: z.string(),
    provider: z.enum(PROVIDERS),
    given: z.array(z.string().nullable()),
  }),
  z.object({ question: z.literal('setting'), name: z.enum(SETTING_NAMES) }),
  z.object({ question: z.literal('findOwner') }),
  z.object({ question: z.literal('findEndUser'), telegramBotId: z.string() }),
]);

/** After a week without updates Telegram may count a bot's updates anew; what it repeats is a day old at most. */
const NUMBERS_RUN_ON_MS = 6 * DAY_MS;

export type OpenQuestion = z.infer<typeof openQuestion>;

export type OpenQuestionService = ReturnType<typeof createOpenQuestionService>;

/** One open question a person and bot, in the database so that a restart does not forget what was asked. */
export function createOpenQuestionService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  return {
    /** A newer question takes the place of an older one. @param updateId of the update that asks: answers come after it */
    async ask(
      telegramBotId: bigint,
      telegramUserId: bigint,
      { question, ...payload }: OpenQuestion,
      updateId: number,
    ): Promise<void> {
      const data = {
        question,
        payload: payload satisfies Prisma.InputJsonObject,
        askedAt: clock.now(),
        updateId,
      };
      await prisma.openQuestion.upsert({
        where: { telegramBotId_telegramUserId: { telegramBotId, telegramUserId } },
        create: { telegramBotId, telegramUserId, ...data },
        update: data,
      });
    },

    /** What is open for somebody. @param updateId of what may be an answer: one that came before the question is none */
    async find(
      telegramBotId: bigint,
      telegramUserId: bigint,
      updateId: number,
    ): Promise<OpenQuestion | null> {
      const row = await prisma.openQuestion.findUnique({
        where: { telegramBotId_telegramUserId: { telegramBotId, telegramUserId } },
      });
      if (!row) return null;
      const isEarlier = row.updateId !== null && row.updateId >= BigInt(updateId);
      if (isEarlier && clock.now().getTime() - row.askedAt.getTime() < NUMBERS_RUN_ON_MS) return null;
      return openQuestion.parse({ question: row.question, ...(row.payload as Prisma.JsonObject) });
    },

    /** @returns whether there was one */
    async close(telegramBotId: bigint, telegramUserId: bigint): Promise<boolean> {
      const closed = await prisma.openQuestion.deleteMany({ where: { telegramBotId, telegramUserId } });
      return closed.count > 0;
    },
  };
}
