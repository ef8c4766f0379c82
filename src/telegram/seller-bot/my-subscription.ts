import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, type SellerContext } from '../common/context.ts';
import { MY_SUBSCRIPTION, RELINK } from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { mySubscriptionScreen } from '../views/buyer/subscription.ts';

/** What the person holds: until when, renewal, and a link for whoever is outside. */
export function mySubscription(deps: BotDeps): Composer<SellerContext> {
  const { inviteLinks, subscriptions } = deps.services;
  const composer = new Composer<SellerContext>();

  onPress(composer, MY_SUBSCRIPTION, async (context) => {
    const held = await subscriptions.listHeld(context.scope, await endUserIn(context));
    await show(context, mySubscriptionScreen(viewerOf(context, deps), held));
  });

  onPress(composer, RELINK, async (context, subscriptionId) => {
    await inviteLinks.requestLink(context.scope, await endUserIn(context), subscriptionId);
    await context.press?.say(context.t.plain('mySubscription.wayInComes'));
  });

  return composer;
}
