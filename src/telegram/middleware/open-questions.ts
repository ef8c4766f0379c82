import type { Middleware } from 'grammy';
import type { OpenQuestion, OpenQuestionService } from '../../modules/conversations/open-question-service.ts';
import { type BotContext, telegramBotIdOf, telegramUserIdOf } from '../common/context.ts';
import { ask, closeQuestion } from '../common/questions.ts';

/** What to do with the answer to each question that this bot asks. */
export type AnswerHandlers<C> = {
  [Q in OpenQuestion['question']]?: (
    context: C & { message: { text?: string } },
    question: Extract<OpenQuestion, { question: Q }>,
  ) => Promise<void>;
};

/**
 * Takes a message as the answer to the question that is open for its writer. A press or a command means they have
 * moved on. An answer that cannot be read leaves the question open: they simply try again. Of an album every picture is a
 * message of its own: the first one answers, and the rest belongs to it.
 */
export function openQuestions<C extends BotContext>(
  questions: OpenQuestionService,
  handlers: AnswerHandlers<C>,
  mayAnswer: (context: C, question: OpenQuestion) => boolean = () => true,
): Middleware<C> {
  return async (context, next) => {
    const { from } = context;
    if (!from || context.hasOpenQuestion === false) return next();
    const asked = [telegramBotIdOf(context), telegramUserIdOf({ from })] as const;
    const command = commandIn(context);
    if (context.callbackQuery || command === 'whole') {
      await questions.close(...asked);
      return next();
    }
    if (!context.message) return next();
    const question = await questions.find(...asked, context.update.update_id);
    if (!question) return next();
    // A key may begin like a command: it must not stay in the chat for that.
    if (command === 'beginning' && !ASKS_FOR_KEYS.has(question.question)) {
      await questions.close(...asked);
      return next();
    }
    // They may have been asked as somebody who they are no more: then it is a message like any other.
    if (!mayAnswer(context, question)) {
      await questions.close(...asked);
      return next();
    }
    if (question.question === 'album' && question.id !== context.message.media_group_id) {
      await questions.close(...asked);
      return next();
    }
    const handler = handlers[question.question] as
      | ((context: C & { message: { text?: string } }, question: OpenQuestion) => Promise<void>)
      | undefined;
    if (!handler) return next();
    return handler(context as C & { message: { text?: string } }, question);
  };
}

/** Closes the question that a message has answered; the rest of its album goes the same way. */
export async function closeAnswered(
  context: BotContext,
  questions: OpenQuestionService,
  of: 'receipt' | 'support',
): Promise<void> {
  const album = context.message?.media_group_id;
  if (album === undefined) await closeQuestion(context, questions);
  else await ask(context, questions, { question: 'album', id: album, of });
}

const ASKS_FOR_KEYS: ReadonlySet<OpenQuestion['question']> = new Set(['merchantKey', 'merchantKeyByHand']);

/** `whole`: it stands by itself. `beginning`: more follows it at once. Null: there is none. */
function commandIn({ message }: BotContext): 'whole' | 'beginning' | null {
  const first = message?.entities?.[0];
  if (first?.type !== 'bot_command' || first.offset !== 0) return null;
  return /^\S/.test((message?.text ?? '').slice(first.length)) ? 'beginning' : 'whole';
}
