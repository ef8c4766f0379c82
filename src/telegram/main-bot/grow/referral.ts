import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../../common/context.ts';
import { BOT_REF, BOT_REF_MODE, REF_DENY, REF_GIVE } from '../../common/routes.ts';
import { type Screen, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { referralScreen } from '../../views/growth/referral-page.ts';

export interface ReferralPages {
  composer: Composer<MainContext>;
  page: (context: MainContext, telegramBotId: bigint) => Promise<Screen>;
}

/** Who brings whom to a bot: what an owner gives for it, and what they decide. */
export function referral(deps: BotDeps): ReferralPages {
  const { botSettings, referrals, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  async function page(context: MainContext, telegramBotId: bigint): Promise<Screen> {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    return referralScreen(viewerOf(context, deps), bot, await referrals.open(scope, teamIn(context, scope)));
  }

  onPress(composer, BOT_REF, async (context, telegramBotId) =>
    show(context, await page(context, telegramBotId)),
  );

  onPress(composer, BOT_REF_MODE, async (context, telegramBotId, mode) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await botSettings.setReferral(scope, teamIn(context, scope), mode);
    await show(context, await page(context, telegramBotId));
  });

  for (const [of, decide] of [
    [REF_GIVE, 'give'],
    [REF_DENY, 'deny'],
  ] as const) {
    onPress(composer, of, async (context, referralId) => {
      const scope = await sellerBots.scopeOfReferral(ownerIn(context), referralId, 'shop');
      await referrals[decide](scope, teamIn(context, scope), referralId);
      await show(context, await page(context, scope.telegramBotId));
    });
  }

  return { composer, page };
}
