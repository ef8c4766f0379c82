import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import { sendReceipt } from '../../common/receipt.ts';
import { MOD_TARIFF, MOD_TARIFF_APPROVE, MOD_TARIFF_REJECT, MOD_TARIFFS } from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { tariffDecidedScreen, tariffReviewScreen, tariffsScreen } from '../../views/moderator.ts';

/** What owners paid the platform, to be decided. */
export function tariffReceipts(deps: BotDeps): Composer<MainContext> {
  const { tariffs } = deps.services;
  const composer = new Composer<MainContext>();
  const me = (context: MainContext) => context.owner.telegramUserId;

  onPress(composer, MOD_TARIFFS, async (context) =>
    show(context, tariffsScreen(viewerOf(context, deps), await tariffs.listWaiting(moderatorIn(context)))),
  );

  onPress(composer, MOD_TARIFF, async (context, id) => {
    const content = await tariffs.openReceipt(moderatorIn(context), id);
    const { fileId: file, kind } = content.receipt;
    const screen = tariffReviewScreen(viewerOf(context, deps), content);
    const sent = await sendReceipt(context.api, String(me(context)), { file, kind }, screen);
    await tariffs.rememberCopy(id, { chatId: me(context), messageId: sent.message_id });
  });

  onPress(composer, MOD_TARIFF_APPROVE, async (context, id) => {
    await tariffs.approve(moderatorIn(context), id);
    await show(context, tariffDecidedScreen(viewerOf(context, deps), id, 'approved'));
  });

  onPress(composer, MOD_TARIFF_REJECT, async (context, id) => {
    await tariffs.reject(moderatorIn(context), id);
    await show(context, tariffDecidedScreen(viewerOf(context, deps), id, 'rejected'));
  });

  return composer;
}
