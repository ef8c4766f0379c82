import { mayDo } from '../../kernel/rights.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn, typedValueOf } from '../common/context.ts';
import { ask, closeQuestion } from '../common/questions.ts';
import {
  BOT_FIND,
  BOT_USERS,
  END_USER,
  END_USER_BAN,
  END_USER_GRANT,
  END_USER_LINK,
  END_USER_UNBAN,
  RESTORE,
} from '../common/routes.ts';
import { dropPressedButton, type Screen, send, show, tell } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import type { AnswerHandlers } from '../middleware/open-questions.ts';
import {
  askFindScreen,
  endUserScreen,
  endUsersScreen,
  foundEndUsersScreen,
  restoredScreen,
} from '../views/end-users.ts';

/** The people of a bot: the list, one of them, and what an owner may do for or against them. */
export function endUsers(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const {
    bans,
    channels,
    endUsers: people,
    inviteLinks,
    memberships,
    openQuestions,
    plans,
    profiles,
    sellerBots,
    subscriptions,
  } = deps.services;
  const composer = new Composer<MainContext>();

  async function page(context: MainContext, endUserId: number): Promise<Screen> {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId, 'people');
    const actor = teamIn(context, scope);
    const [person, connected, { role }] = await Promise.all([
      profiles.open(scope, actor, endUserId),
      channels.listChannels(scope, actor),
      sellerBots.openBot(ownerIn(context), scope.telegramBotId, 'people'),
    ]);
    const gives = mayDo(role, 'shop') ? await plans.listPlans(scope, actor) : null;
    return endUserScreen(viewerOf(context, deps), scope.telegramBotId, person, gives, connected);
  }

  onPress(composer, BOT_USERS, async (context, telegramBotId, before) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'people');
    const list = await people.list(scope, teamIn(context, scope), before);
    await show(context, endUsersScreen(viewerOf(context, deps), scope, list));
  });

  onPress(composer, BOT_FIND, async (context, telegramBotId) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'people');
    await ask(context, openQuestions, {
      question: 'findEndUser',
      telegramBotId: String(telegramBotId),
    });
    await show(context, askFindScreen(viewerOf(context, deps), scope));
  });

  onPress(composer, END_USER, async (context, endUserId) => show(context, await page(context, endUserId)));

  onPress(composer, END_USER_LINK, async (context, endUserId) => {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId, 'people');
    await inviteLinks.sendAgain(scope, teamIn(context, scope), endUserId);
    await context.press?.say(context.t.plain('endUsers.linkComes'));
  });

  onPress(composer, END_USER_BAN, async (context, endUserId) => {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId, 'shop');
    await bans.banEndUser(scope, teamIn(context, scope), endUserId);
    await show(context, await page(context, endUserId));
  });

  onPress(composer, END_USER_UNBAN, async (context, endUserId) => {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId, 'shop');
    await bans.unbanEndUser(scope, teamIn(context, scope), endUserId);
    await show(context, await page(context, endUserId));
  });

  onPress(composer, END_USER_GRANT, async (context, endUserId, planId) => {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId, 'shop');
    await subscriptions.grant(scope, teamIn(context, scope), { endUserId, planId });
    await show(context, await page(context, endUserId));
  });

  onPress(composer, RESTORE, async (context, subscriptionId) => {
    const scope = await sellerBots.scopeOfSubscription(ownerIn(context), subscriptionId, 'shop');
    await memberships.restoreMember(scope, teamIn(context, scope), subscriptionId);
    await tell(context, restoredScreen(viewerOf(context, deps)));
    await dropPressedButton(context);
  });

  const answers: AnswerHandlers<MainContext> = {
    async findEndUser(context, { telegramBotId }) {
      const { scope } = await sellerBots.openBot(ownerIn(context), BigInt(telegramBotId), 'people');
      const found = await people.find(scope, teamIn(context, scope), typedValueOf(context));
      // Of many a fuller name is asked for.
      if (!found.hasMore) await closeQuestion(context, openQuestions);
      await send(context, foundEndUsersScreen(viewerOf(context, deps), scope, found));
    },
  };

  return { composer, answers };
}
