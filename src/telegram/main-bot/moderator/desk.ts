import { Composer } from 'grammy';
import type { BotDeps } from '../../bot-deps.ts';
import type { MainContext } from '../../context.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { dashboard } from './dashboard.ts';
import { owners } from './owners.ts';
import { payments } from './payments.ts';
import { settings } from './settings.ts';
import { tariffReceipts } from './tariff-receipts.ts';

/** Everything for moderators. To anybody else nothing of it exists. */
export function moderatorDesk(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const composer = new Composer<MainContext>();
  const desk = composer.filter(({ owner }) => deps.moderatorIds.includes(owner.telegramUserId));
  const people = owners(deps);
  const platform = settings(deps);
  desk.use(dashboard(deps), people.composer, payments(deps), tariffReceipts(deps), platform.composer);
  return { composer, answers: { ...people.answers, ...platform.answers } };
}
