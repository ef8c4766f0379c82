import { Composer } from 'grammy';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import { type BotDeps, readerOf } from '../bot-deps.ts';
import { onPress } from '../callback-data.ts';
import type { MainContext } from '../context.ts';
import { CHAT_ACCEPT, CHAT_DISCONNECT } from '../routes.ts';
import { show } from '../screen.ts';
import { botScreen } from '../views/owner-desk.ts';

/** Chats of the owner's bots: accepted, and let go. The bot's page then shows what is so now. */
export function chats(deps: BotDeps): Composer<MainContext> {
  const { channels, plans, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  async function showPage(context: MainContext, scope: TenantScope): Promise<void> {
    const [{ bot }, connected, priced] = await Promise.all([
      sellerBots.openBot(context.owner, scope.telegramBotId),
      channels.listChannels(scope),
      plans.listPlans(scope),
    ]);
    await show(context, botScreen(readerOf(context, deps), bot, connected, priced));
  }

  onPress(composer, CHAT_ACCEPT, async (context, channelId) => {
    const scope = await sellerBots.scopeOfChannel(context.owner, channelId);
    await channels.acceptChat(scope, channelId);
    await showPage(context, scope);
  });

  onPress(composer, CHAT_DISCONNECT, async (context, channelId) => {
    const scope = await sellerBots.scopeOfChannel(context.owner, channelId);
    await channels.disconnectChat(scope, channelId);
    await showPage(context, scope);
  });

  return composer;
}
