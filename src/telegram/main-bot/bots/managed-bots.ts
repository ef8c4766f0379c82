import { translator } from '../../../infra/i18n/i18n.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { BotDeps } from '../../bots/bot-deps.ts';
import { fullNameOf, type MainContext } from '../../common/context.ts';
import { messageOptions } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { means } from '../../outgoing/api-errors.ts';
import { appErrorScreen } from '../../views/errors.ts';

/** Telegram tells of bots that were made for Getolog to manage, have another token, or are somebody else's. */
export function managedBots({ services }: BotDeps): Composer<MainContext> {
  const { owners, sellerBots } = services;
  const composer = new Composer<MainContext>();

  composer.on('managed_bot', async (context) => {
    const { user, bot } = context.managedBot;
    const person = {
      telegramUserId: BigInt(user.id),
      username: user.username ?? null,
      fullName: fullNameOf(user),
      languageCode: user.language_code,
    };
    const known = await owners.recall(person.telegramUserId);
    // Moderators hear of a newcomer with the bot.
    const { language } = known ?? (await owners.visit(person, null, { inviteCode: null, comesToHelp: true }));
    try {
      const actor = { kind: 'owner', telegramUserId: person.telegramUserId } as const;
      await sellerBots.noteManagedBot(actor, BigInt(bot.id));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const screen = appErrorScreen(translator(language as Parameters<typeof translator>[0]), error);
      await context.api.sendMessage(user.id, screen.text, messageOptions(screen)).catch((unsent: unknown) => {
        if (!means(unsent, 'blocked')) throw unsent;
      });
    }
  });

  return composer;
}
