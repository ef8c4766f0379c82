import type { OpenQuestion, OpenQuestionService } from '../../modules/conversations/open-question-service.ts';
import { type BotContext, telegramBotIdOf, telegramUserIdOf } from './context.ts';

/** The next message of whoever pressed or wrote answers this. */
export function ask(
  context: BotContext,
  openQuestions: OpenQuestionService,
  question: OpenQuestion,
): Promise<void> {
  const whom = [telegramBotIdOf(context), telegramUserIdOf(context)] as const;
  return openQuestions.ask(...whom, question, context.update.update_id);
}

/** What they were asked has its answer, or wants none any more. @returns whether they were asked anything */
export function closeQuestion(context: BotContext, openQuestions: OpenQuestionService): Promise<boolean> {
  return openQuestions.close(telegramBotIdOf(context), telegramUserIdOf(context));
}
