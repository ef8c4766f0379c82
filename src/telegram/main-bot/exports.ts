import { InputFile } from 'grammy';
import { toCsv } from '../../infra/csv.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { BOT, BOT_EXPORT } from '../common/routes.ts';
import { button, captionOptions } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { endUserTable, paymentTable } from '../views/exports.ts';

/** What one bot has sold, and to whom: two files for a spreadsheet. */
export function exports(deps: BotDeps): Composer<MainContext> {
  const { exports: service, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, BOT_EXPORT, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const viewer = viewerOf(context, deps);
    const { t } = viewer;
    const payments = paymentTable(viewer, service.payments(scope, ownerIn(context)));
    const people = endUserTable(viewer, service.endUsers(scope, ownerIn(context)));
    await context.replyWithDocument(
      new InputFile(await toCsv(payments, t.language), `${bot.username}-payments.csv`),
      captionOptions({ text: t('export.payments', { bot: bot.username }) }),
    );
    await context.replyWithDocument(
      new InputFile(await toCsv(people, t.language), `${bot.username}-people.csv`),
      captionOptions({
        text: t('export.people', { bot: bot.username }),
        buttons: [[button(t('button.back'), BOT.data(telegramBotId))]],
      }),
    );
  });

  return composer;
}
