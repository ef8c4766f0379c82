import { plainText } from '../../../shared/text.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import { holdsReceipt, sendReceipt } from '../../common/receipt.ts';
import { MOD_TARIFF, MOD_TARIFF_APPROVE, MOD_TARIFF_REJECT, MOD_TARIFFS } from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { tariffDecidedScreen, tariffReviewScreen, tariffsScreen } from '../../views/moderator.ts';

/** What owners paid the platform, to be decided. */
export function tariffReceipts(deps: BotDeps): Composer<MainContext> {
  const { tariffs } = deps.services;
  const composer = new Composer<MainContext>();
  const me = (context: MainContext) => context.owner.telegramUserId;

  /** Receipts tell their outcome by themselves; a list of them is closed here. */
  async function confirm(context: MainContext, id: number, decision: 'approved' | 'rejected'): Promise<void> {
    const { message } = context.callbackQuery ?? {};
    const screen = tariffDecidedScreen(viewerOf(context, deps), id, decision);
    const isReceipt = message !== undefined && holdsReceipt(message);
    if (isReceipt && (await context.press?.say(plainText(screen.text)))) return;
    await show(context, screen);
  }

  onPress(composer, MOD_TARIFFS, async (context) =>
    show(context, tariffsScreen(viewerOf(context, deps), await tariffs.listWaiting(moderatorIn(context)))),
  );

  onPress(composer, MOD_TARIFF, async (context, id) => {
    const content = await tariffs.openReceipt(moderatorIn(context), id);
    const { fileId: file, kind } = content.receipt;
    const screen = tariffReviewScreen(viewerOf(context, deps), content);
    const sent = await sendReceipt(context.api, String(me(context)), { file, kind }, screen);
    const copy = { chatId: me(context), messageId: sent.message_id };
    await tariffs.rememberCopy(moderatorIn(context), { id, copy });
  });

  onPress(composer, MOD_TARIFF_APPROVE, async (context, id) => {
    await tariffs.approve(moderatorIn(context), id);
    await confirm(context, id, 'approved');
  });

  onPress(composer, MOD_TARIFF_REJECT, async (context, id) => {
    await tariffs.reject(moderatorIn(context), id);
    await confirm(context, id, 'rejected');
  });

  return composer;
}
