import type { OpenQuestion } from '../../../modules/conversations/open-question-service.ts';
import type { BotDeps } from '../../bots/bot-deps.ts';
import type { MainContext } from '../../common/context.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import type { keyQuestions } from '../payments/key-questions.ts';
import { broadcasts } from './broadcasts.ts';
import { connections } from './connections.ts';
import { dashboard } from './dashboard.ts';
import { owners } from './owners.ts';
import { payments } from './payments.ts';
import { settings } from './settings.ts';
import { tariffReceipts } from './tariff-receipts.ts';

/** Everything for moderators. To anybody else nothing of it exists. */
export function moderatorDesk(
  deps: BotDeps,
  keys: ReturnType<typeof keyQuestions>,
): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
  /** Whether the writer may answer what they were asked as a moderator. */
  mayAnswer: (context: MainContext, question: OpenQuestion) => boolean;
} {
  const composer = new Composer<MainContext>();
  const isModerator = ({ owner }: MainContext) => deps.moderatorIds.includes(owner.telegramUserId);
  const desk = composer.filter(isModerator);
  const people = owners(deps);
  const platform = settings(deps);
  desk.use(
    dashboard(deps),
    people.composer,
    payments(deps),
    tariffReceipts(deps),
    connections(deps, keys),
    broadcasts(deps),
    platform.composer,
  );
  const answers = { ...people.answers, ...platform.answers, ...keys.moderatorAnswers };
  return {
    composer,
    answers,
    mayAnswer: (context, { question }) => !(question in answers) || isModerator(context),
  };
}
