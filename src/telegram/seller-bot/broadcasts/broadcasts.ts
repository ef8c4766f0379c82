import { AppError } from '../../../kernel/errors.ts';
import type { OpenedBroadcast } from '../../../modules/broadcasts/broadcast-service.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress, serial } from '../../common/callback-data.ts';
import { type SellerContext, teamIn, telegramUserIdOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  CAST,
  CAST_CANCEL,
  CAST_CHAT,
  CAST_LANGUAGE,
  CAST_NEW,
  CAST_PAUSE,
  CAST_PLAN,
  CAST_PLANS,
  CAST_RESUME,
  CAST_SOURCE,
  CAST_SOURCES,
  CAST_START,
  CAST_START_YES,
  CAST_STATE,
  CAST_TEST,
  CASTS,
} from '../../common/routes.ts';
import { button, type Screen, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { means } from '../../outgoing/api-errors.ts';
import {
  askBroadcastScreen,
  askStartScreen,
  broadcastListScreen,
  broadcastScreen,
  castPlansScreen,
  castSourcesScreen,
  copyButtons,
} from '../../views/growth/broadcasts.ts';

const CAST_LINK = new RegExp(`^cast(?:_(${serial.pattern}))?$`);

/** A message for many: written here, because a file belongs to the bot that it was sent to. */
export function broadcasts(deps: BotDeps): {
  composer: Composer<SellerContext>;
  answers: AnswerHandlers<SellerContext>;
} {
  const { broadcasts: service, openQuestions } = deps.services;
  const composer = new Composer<SellerContext>();
  const actorIn = (context: SellerContext) => teamIn(context, context.scope);
  const open = (context: SellerContext, id: number) => service.open(context.scope, actorIn(context), id);

  async function list(context: SellerContext, cursor: string): Promise<Screen> {
    const page = await service.list(context.scope, actorIn(context), cursor);
    return broadcastListScreen(viewerOf(context, deps), context.scope, page);
  }

  async function page(context: SellerContext, id: number): Promise<Screen> {
    return broadcastScreen(viewerOf(context, deps), await open(context, id));
  }

  async function askForMessage(context: SellerContext): Promise<Screen> {
    if (!(await service.mayWrite(context.scope, actorIn(context)))) throw new AppError('notFound');
    await ask(context, openQuestions, { question: 'broadcast', album: null });
    return askBroadcastScreen(viewerOf(context, deps));
  }

  /** Whoever writes it sees what people will see. @throws AppError `cast.originalGone`, `cast.notCopyable` */
  async function preview(
    context: SellerContext,
    messageId: number,
    { fromChatId, plan, chats }: { fromChatId: bigint } & Parameters<typeof copyButtons>[1],
  ): Promise<void> {
    const buttons = copyButtons(viewerOf(context, deps), { plan, chats });
    try {
      await context.api.copyMessage(String(telegramUserIdOf(context)), String(fromChatId), messageId, {
        reply_markup: { inline_keyboard: buttons },
      });
    } catch (error) {
      if (means(error, 'nothing-to-copy')) throw new AppError('cast.originalGone');
      if (means(error, 'not-copyable', 'voice-unwanted')) throw new AppError('cast.notCopyable');
      throw error;
    }
  }

  /** The screen that shows how far it is, which is kept up to date from then on. */
  async function showProgress(context: SellerContext, id: number): Promise<void> {
    const messageId = context.callbackQuery?.message?.message_id;
    if (messageId !== undefined) await service.showIn(context.scope, actorIn(context), id, messageId);
    await show(context, await page(context, id));
  }

  composer.command('start', async (context, next) => {
    const link = CAST_LINK.exec(context.match);
    if (!link || !(await service.mayWrite(context.scope, actorIn(context)))) return next();
    // They have opened the bot: receipts that waited for that come at once.
    await deps.services.endUsers.welcomeTeam(context.scope, actorIn(context));
    const id = serial.read(link[1] ?? '');
    await send(context, await (id ? page(context, id) : askForMessage(context)));
  });

  onPress(composer, CAST_NEW, async (context) => show(context, await askForMessage(context)));
  onPress(composer, CASTS, async (context, cursor) => show(context, await list(context, cursor)));
  onPress(composer, CAST, async (context, id) => show(context, await page(context, id)));

  /** What is chosen already is chosen no more. */
  async function choose(
    context: SellerContext,
    id: number,
    choice: (opened: OpenedBroadcast['broadcast']) => Parameters<typeof service.choose>[3],
  ): Promise<void> {
    const { broadcast } = await open(context, id);
    await service.choose(context.scope, actorIn(context), id, choice(broadcast));
    await show(context, await page(context, id));
  }

  onPress(composer, CAST_STATE, (context, id, state) => choose(context, id, () => ({ state })));
  onPress(composer, CAST_LANGUAGE, (context, id, language) =>
    choose(context, id, () => ({ language: language === 'all' ? null : language })),
  );
  onPress(composer, CAST_CHAT, (context, id, chat) =>
    choose(context, id, ({ segment }) => ({ chat: segment.chat === chat ? null : chat })),
  );
  onPress(composer, CAST_SOURCE, (context, id, source) =>
    choose(context, id, ({ segment }) => ({ source: segment.source === source ? null : source })),
  );
  onPress(composer, CAST_PLAN, (context, id, plan) =>
    choose(context, id, ({ planId }) => ({ planId: planId === plan ? null : plan })),
  );
  onPress(composer, CAST_SOURCES, async (context, id) =>
    show(context, castSourcesScreen(viewerOf(context, deps), await open(context, id))),
  );
  onPress(composer, CAST_PLANS, async (context, id) =>
    show(context, castPlansScreen(viewerOf(context, deps), await open(context, id))),
  );

  onPress(composer, CAST_TEST, async (context, id) => {
    const { broadcast, original, plans, chats } = await open(context, id);
    const plan = plans.find((one) => one.id === broadcast.planId) ?? null;
    await preview(context, original.messageId, { fromChatId: original.fromChatId, plan, chats });
    await send(context, await page(context, id));
  });

  onPress(composer, CAST_START, async (context, id) => {
    const opened = await open(context, id);
    const isDraft = opened.broadcast.status === 'draft';
    const viewer = viewerOf(context, deps);
    await show(context, isDraft ? askStartScreen(viewer, opened) : broadcastScreen(viewer, opened));
  });

  onPress(composer, CAST_START_YES, async (context, id) => {
    await service.start(context.scope, actorIn(context), id);
    await showProgress(context, id);
  });
  onPress(composer, CAST_PAUSE, async (context, id) => {
    await service.pause(context.scope, actorIn(context), id);
    await showProgress(context, id);
  });
  onPress(composer, CAST_RESUME, async (context, id) => {
    await service.resume(context.scope, actorIn(context), id);
    await showProgress(context, id);
  });
  onPress(composer, CAST_CANCEL, async (context, id) => {
    const { broadcast } = await open(context, id);
    await service.cancel(context.scope, actorIn(context), id);
    if (broadcast.status === 'draft') await show(context, await list(context, '0'));
    else await showProgress(context, id);
  });

  return {
    composer,
    answers: {
      async broadcast(context, { album }) {
        const { scope } = context;
        const actor = actorIn(context);
        const { message_id: messageId, media_group_id: albumId } = context.message as NonNullable<
          SellerContext['message']
        >;
        const back = [[button(context.t('button.cancel'), CASTS.data('0'))]];
        if (albumId !== undefined) {
          if (albumId === album) return;
          await ask(context, openQuestions, { question: 'broadcast', album: albumId });
          return send(context, { text: context.t('cast.noAlbum'), buttons: back });
        }
        if (!(await service.mayWrite(scope, actor))) throw new AppError('notFound');
        try {
          await preview(context, messageId, { fromChatId: telegramUserIdOf(context), plan: null, chats: [] });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return send(context, { text: context.t(`errors.${error.code}`, error.params), buttons: back });
        }
        const id = await service.add(scope, actor, { messageId });
        await closeQuestion(context, openQuestions);
        await send(context, id === null ? await list(context, '0') : await page(context, id));
      },
    },
  };
}
