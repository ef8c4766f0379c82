import type { Message } from 'grammy/types';
import type { EndUserActor, ModeratorActor, OwnerActor } from '../../kernel/actor.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { OpenQuestion } from '../../modules/conversations/open-question-service.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import { Composer } from '../middleware/composer.ts';
import { closeAnswered } from '../middleware/open-questions.ts';
import { onPress } from './callback-data.ts';
import type { BotContext } from './context.ts';
import { ask } from './questions.ts';
import { HOME, SUPPORT } from './routes.ts';
import { button, send, show } from './screen.ts';

export interface SupportDesk<C extends BotContext> {
  /** Replies to support messages; offered before anything else that a message could mean. */
  replies: Composer<C>;
  /** The buttons and commands that open a question to support. */
  composer: Composer<C>;
  answerQuestion(
    context: C & { message: { text?: string } },
    question: Extract<OpenQuestion, { question: 'support' }>,
  ): Promise<void>;
  /** The rest of an album: more of a message to support goes the same way; one picture of a receipt is enough. */
  answerAlbum(
    context: C & { message: { text?: string } },
    question: Extract<OpenQuestion, { question: 'album' }>,
  ): Promise<void>;
}

/** The same desk in both bots: an end user writes to the owner, an owner to the moderators; a reply answers. */
export function createSupportDesk<C extends BotContext>(
  deps: BotDeps,
  options: {
    scopeOf: (context: C) => TenantScope | null;
    /** As whom the person of this update answers. */
    actorOf: (context: C) => Promise<OwnerActor | ModeratorActor | EndUserActor>;
    /** Before the question is put, and again before it is passed on. @throws AppError for whom nobody helps here */
    admit: (context: C) => Promise<void>;
    ask: (context: C, messageId: number) => Promise<void>;
    /** Said of what was passed on, where it may have been meant for somebody else. */
    afterwards?: (context: C) => Promise<string>;
  },
): SupportDesk<C> {
  const { openQuestions, support } = deps.services;
  const replies = new Composer<C>();
  const composer = new Composer<C>();

  const askScreen = ({ t }: C) => ({
    text: t('support.ask'),
    buttons: [[button(t('button.cancel'), HOME.data())]],
  });

  async function open(context: C): Promise<void> {
    await options.admit(context);
    await ask(context, openQuestions, { question: 'support' });
  }

  // People answer what the bot passed on to them.
  replies.filter(isReplyToBot, async (context, next) => {
    const repliedTo = context.message.reply_to_message;
    const wasAnswer = await support.answer(options.scopeOf(context), await options.actorOf(context), {
      messageId: context.message.message_id,
      repliedTo: repliedTo.message_id,
    });
    if (!wasAnswer) return next();
    await send(context, { text: context.t('support.answered') });
  });

  composer.command('support', async (context) => {
    await open(context);
    await send(context, askScreen(context));
  });

  composer.command('paysupport', async (context) => {
    await open(context);
    const { text, buttons } = askScreen(context);
    await send(context, { text: [context.t('support.refunds'), text].join('\n\n'), buttons });
  });

  onPress(composer, SUPPORT, async (context) => {
    await open(context);
    // What is to be copied from a screen stays there: its viewer may be about to pay.
    if (holdsCopyButton(context)) await send(context, askScreen(context));
    else await show(context, askScreen(context));
  });

  return {
    replies,
    composer,
    async answerQuestion(context) {
      await options.admit(context);
      await options.ask(context, context.msgId ?? 0);
      await closeAnswered(context, openQuestions, 'support');
      await send(context, {
        text: [context.t('support.sent'), (await options.afterwards?.(context)) ?? '']
          .filter(Boolean)
          .join('\n\n'),
        buttons: [[button(context.t('button.home'), HOME.data())]],
      });
    },
    async answerAlbum(context, { of }) {
      if (of === 'support') await options.ask(context, context.msgId ?? 0);
    },
  };
}

function holdsCopyButton({ callbackQuery }: BotContext): boolean {
  const rows = callbackQuery?.message?.reply_markup?.inline_keyboard ?? [];
  return rows.flat().some((one) => 'copy_text' in one);
}

function isReplyToBot<C extends BotContext>(
  context: C,
): context is C & { message: Message & { reply_to_message: Message } } {
  return context.message?.reply_to_message?.from?.id === context.me.id;
}
