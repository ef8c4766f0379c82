import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, type SellerContext } from '../common/context.ts';
import { FREE_LINK, MY_SUBSCRIPTION, RELINK, STAR_OFF, STAR_ON } from '../common/routes.ts';
import { type Screen, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { renewalAllowedScreen, withRenewals } from '../views/buyer/star-renewals.ts';
import { mySubscriptionScreen } from '../views/buyer/subscription.ts';

/** What the person holds: until when, renewal, and a link for whoever is outside, or on the free list. */
export function mySubscription(deps: BotDeps): Composer<SellerContext> {
  const { freeLinks, inviteLinks, starSubscriptions, subscriptions } = deps.services;
  const composer = new Composer<SellerContext>();

  onPress(composer, MY_SUBSCRIPTION, async (context) => {
    await show(context, await page(context));
  });

  async function page(context: SellerContext): Promise<Screen> {
    const buyer = await endUserIn(context);
    const [held, renewals] = await Promise.all([
      subscriptions.listHeld(context.scope, buyer),
      starSubscriptions.listOwn(context.scope, buyer),
    ]);
    const viewer = viewerOf(context, deps);
    return withRenewals(viewer, mySubscriptionScreen(viewer, held), renewals);
  }

  onPress(composer, STAR_OFF, async (context, id) => {
    await starSubscriptions.stop(context.scope, await endUserIn(context), id);
    await show(context, await page(context));
  });

  onPress(composer, STAR_ON, async (context, id) => {
    await starSubscriptions.allow(context.scope, await endUserIn(context), id);
    await show(context, renewalAllowedScreen(viewerOf(context, deps)));
  });

  onPress(composer, RELINK, async (context, subscriptionId) => {
    await inviteLinks.requestLink(context.scope, await endUserIn(context), subscriptionId);
    await context.press?.say(context.t.plain('mySubscription.wayInComes'));
  });

  onPress(composer, FREE_LINK, async (context, channelId) => {
    await freeLinks.request(context.scope, await endUserIn(context), channelId);
    await context.press?.say(context.t.plain('mySubscription.wayInComes'));
  });

  return composer;
}
