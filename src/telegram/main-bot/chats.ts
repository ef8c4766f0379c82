import type { BotDeps } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { CHAT_ACCEPT, CHAT_DISCONNECT } from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import type { BotPage } from './bot-page.ts';

/** Chats of the owner's bots: accepted, and let go. The bot's page then shows what is so now. */
export function chats({ services }: BotDeps, { page }: BotPage): Composer<MainContext> {
  const { channels, sellerBots } = services;
  const composer = new Composer<MainContext>();

  onPress(composer, CHAT_ACCEPT, async (context, channelId) => {
    const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId);
    await channels.acceptChat(scope, ownerIn(context), channelId);
    await show(context, await page(context, scope.telegramBotId));
  });

  onPress(composer, CHAT_DISCONNECT, async (context, channelId) => {
    const scope = await sellerBots.scopeOfChannel(ownerIn(context), channelId);
    await channels.disconnectChat(scope, ownerIn(context), channelId);
    await show(context, await page(context, scope.telegramBotId));
  });

  return composer;
}
