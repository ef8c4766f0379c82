import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, typedValueOf } from '../common/context.ts';
import { ask, closeQuestion } from '../common/questions.ts';
import {
  BOT_FIND,
  BOT_USERS,
  END_USER,
  END_USER_BAN,
  END_USER_GRANT,
  END_USER_UNBAN,
  RESTORE,
} from '../common/routes.ts';
import { dropPressedButton, type Screen, send, show, tell } from '../common/screen.ts';
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
    memberships,
    openQuestions,
    plans,
    profiles,
    sellerBots,
    subscriptions,
  } = deps.services;
  const composer = new Composer<MainContext>();

  async function page(context: MainContext, endUserId: number): Promise<Screen> {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId);
    const [person, priced, connected] = await Promise.all([
      profiles.open(scope, ownerIn(context), endUserId),
      plans.listPlans(scope, ownerIn(context)),
      channels.listChannels(scope, ownerIn(context)),
    ]);
    return endUserScreen(viewerOf(context, deps), scope.telegramBotId, person, priced, connected);
  }

  onPress(composer, BOT_USERS, async (context, telegramBotId, before) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const list = await people.list(scope, ownerIn(context), before);
    await show(context, endUsersScreen(viewerOf(context, deps), scope, list));
  });

  onPress(composer, BOT_FIND, async (context, telegramBotId) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    await ask(context, openQuestions, {
      question: 'findEndUser',
      telegramBotId: String(telegramBotId),
    });
    await show(context, askFindScreen(viewerOf(context, deps), scope));
  });

  onPress(composer, END_USER, async (context, endUserId) => show(context, await page(context, endUserId)));

  onPress(composer, END_USER_BAN, async (context, endUserId) => {
    await bans.banEndUser(
      await sellerBots.scopeOfEndUser(ownerIn(context), endUserId),
      ownerIn(context),
      endUserId,
    );
    await show(context, await page(context, endUserId));
  });

  onPress(composer, END_USER_UNBAN, async (context, endUserId) => {
    await bans.unbanEndUser(
      await sellerBots.scopeOfEndUser(ownerIn(context), endUserId),
      ownerIn(context),
      endUserId,
    );
    await show(context, await page(context, endUserId));
  });

  onPress(composer, END_USER_GRANT, async (context, endUserId, planId) => {
    const scope = await sellerBots.scopeOfEndUser(ownerIn(context), endUserId);
    await subscriptions.grant(scope, ownerIn(context), { endUserId, planId });
    await show(context, await page(context, endUserId));
  });

  onPress(composer, RESTORE, async (context, subscriptionId) => {
    const scope = await sellerBots.scopeOfSubscription(ownerIn(context), subscriptionId);
    await memberships.restoreMember(scope, ownerIn(context), subscriptionId);
    await tell(context, restoredScreen(viewerOf(context, deps)));
    await dropPressedButton(context);
  });

  const answers: AnswerHandlers<MainContext> = {
    async findEndUser(context, { telegramBotId }) {
      const { scope } = await sellerBots.openBot(ownerIn(context), BigInt(telegramBotId));
      const found = await people.find(scope, ownerIn(context), typedValueOf(context));
      // Of many a fuller name is asked for.
      if (!found.hasMore) await closeQuestion(context, openQuestions);
      await send(context, foundEndUsersScreen(viewerOf(context, deps), scope, found));
    },
  };

  return { composer, answers };
}
