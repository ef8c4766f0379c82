import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Added } from '../../../modules/free-list/free-list-service.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { fullNameOf, type MainContext, ownerIn, teamIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  BOT_FREE_ADD,
  BOT_MORE,
  CHAT_FREE,
  CHAT_FREE_ADD,
  FREE_REMOVE,
  FREE_REMOVE_YES,
} from '../../common/routes.ts';
import { messageOptions, type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import {
  addedText,
  askFreeMemberScreen,
  askRemoveFreeScreen,
  freeListScreen,
} from '../../views/owner/free-list.ts';

/** As many as Telegram lets somebody pick at once. */
const MOST_AT_ONCE = 10;

/** People whom nobody removes from a chat: owners pick them from Telegram's own list, or type an id or a name. */
export function freeList(deps: BotDeps): {
  composer: Composer<MainContext>;
  /** Goes before any question: people were picked for a chat, whatever was asked for last. */
  picked: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { channels, freeList: service, openQuestions, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();
  const picked = new Composer<MainContext>();
  const scopeOfChat = (context: MainContext, id: number) =>
    sellerBots.scopeOfChannel(ownerIn(context), id, 'shop');

  async function list(
    context: MainContext,
    scope: TenantScope,
    channelId: number,
    cursor = '0',
  ): Promise<Screen> {
    const actor = teamIn(context, scope);
    const [page, connected] = await Promise.all([
      service.list(scope, actor, channelId, cursor),
      channels.listChannels(scope, actor),
    ]);
    const hasOthers = connected.some(({ id }) => id !== channelId);
    return freeListScreen(viewerOf(context, deps), scope, { ...page, channelId, hasOthers });
  }

  /** Where a list is seen: that of every chat in that of any chat. @returns null where the bot has none now */
  async function chatShowing(
    context: MainContext,
    scope: TenantScope,
    channelId: number | null,
  ): Promise<number | null> {
    if (channelId !== null) return channelId;
    const [first] = await channels.listChannels(scope, teamIn(context, scope));
    return first?.id ?? null;
  }

  /** What leads back to the list that somebody is on. */
  async function wayBack(
    context: MainContext,
    scope: TenantScope,
    channelId: number | null,
  ): Promise<string> {
    const shown = await chatShowing(context, scope, channelId);
    return shown === null ? BOT_MORE.data(scope.telegramBotId) : CHAT_FREE.data(shown, '0');
  }

  async function askWhom(
    context: MainContext,
    scope: TenantScope,
    chat: { id: number; title: string } | null,
  ) {
    const { t } = context;
    const channelId = chat?.id ?? null;
    const telegramBotId = String(scope.telegramBotId);
    await ask(context, openQuestions, { question: 'freeMember', telegramBotId, channelId });
    const back = await wayBack(context, scope, channelId);
    await show(context, askFreeMemberScreen(viewerOf(context, deps), chat?.title ?? null, back));
    await context.reply(t('free.pick'), {
      ...messageOptions({ text: t('free.pick') }),
      reply_markup: {
        keyboard: [
          [
            {
              text: t('free.pickButton'),
              request_users: {
                // Whom it is for stands in the answer: a chat of ours, or a whole bot.
                request_id: channelId ?? -scope.botId,
                user_is_bot: false,
                max_quantity: MOST_AT_ONCE,
                request_name: true,
                request_username: true,
              },
            },
          ],
        ],
        resize_keyboard: true,
        one_time_keyboard: true,
      },
    });
  }

  async function tellAdded(context: MainContext, scope: TenantScope, channelId: number | null, added: Added) {
    await closeQuestion(context, openQuestions);
    const text = addedText(viewerOf(context, deps), added);
    await context.reply(text, { ...messageOptions({ text }), reply_markup: { remove_keyboard: true } });
    const shown = await chatShowing(context, scope, channelId);
    if (shown !== null) await send(context, await list(context, scope, shown));
  }

  onPress(composer, CHAT_FREE, async (context, channelId, cursor) => {
    const scope = await scopeOfChat(context, channelId);
    await show(context, await list(context, scope, channelId, cursor));
  });

  onPress(composer, CHAT_FREE_ADD, async (context, id) => {
    const scope = await scopeOfChat(context, id);
    const { title } = await service.list(scope, teamIn(context, scope), id, '0');
    await askWhom(context, scope, { id, title });
  });

  onPress(composer, BOT_FREE_ADD, async (context, telegramBotId) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await askWhom(context, scope, null);
  });

  onPress(composer, FREE_REMOVE, async (context, id) => {
    const scope = await sellerBots.scopeOfFreeMember(ownerIn(context), id, 'shop');
    const member = await service.open(scope, teamIn(context, scope), id);
    const back = await wayBack(context, scope, member.channelId);
    await show(context, askRemoveFreeScreen(viewerOf(context, deps), member, back));
  });

  onPress(composer, FREE_REMOVE_YES, async (context, id) => {
    const scope = await sellerBots.scopeOfFreeMember(ownerIn(context), id, 'shop');
    const channelId = await service.remove(scope, teamIn(context, scope), id);
    const shown = await chatShowing(context, scope, channelId);
    if (shown !== null) await show(context, await list(context, scope, shown));
  });

  picked.on('message:users_shared', async (context) => {
    const { request_id: id, users } = context.message.users_shared;
    const channelId = id > 0 ? id : null;
    const scope =
      channelId === null
        ? await sellerBots.scopeOfBot(ownerIn(context), -id, 'shop')
        : await scopeOfChat(context, channelId);
    const people = users.map((user) => ({
      telegramUserId: BigInt(user.user_id),
      name: fullNameOf({ ...user, first_name: user.first_name ?? '' }),
    }));
    const added = await service.add(scope, teamIn(context, scope), { channelId, people });
    await tellAdded(context, scope, channelId, added);
  });

  return {
    composer,
    picked,
    answers: {
      async freeMember(context, { telegramBotId, channelId }) {
        const { scope } = await sellerBots.openBot(ownerIn(context), BigInt(telegramBotId), 'shop');
        await orAskAgain(context, await wayBack(context, scope, channelId), async () => {
          const text = typedValueOf(context);
          const added = await service.addTyped(scope, teamIn(context, scope), { channelId, text });
          await tellAdded(context, scope, channelId, added);
        });
      },
    },
  };
}
