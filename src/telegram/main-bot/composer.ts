import type { BotDeps } from '../bots/bot-deps.ts';
import type { BotKind } from '../bots/bot-factory.ts';
import type { PanelAddress } from '../bots/panel-address.ts';
import { cancel } from '../common/cancel.ts';
import { type MainContext, moderatorIn, ownerIn, telegramUserIdOf } from '../common/context.ts';
import { createErrorBoundary } from '../common/error-boundary.ts';
import { createReviewDesk } from '../common/review-desk.ts';
import { createSupportDesk } from '../common/support-desk.ts';
import { answerPress, refusePress } from '../middleware/answer-press.ts';
import { Composer } from '../middleware/composer.ts';
import { openQuestions } from '../middleware/open-questions.ts';
import { rateLimit } from '../middleware/rate-limit.ts';
import { addBot } from './add-bot.ts';
import { createBotPage } from './bot-page.ts';
import { botState } from './bot-state.ts';
import { botPhoto } from './bots/bot-photo.ts';
import { managedBots } from './bots/managed-bots.ts';
import { chats } from './chats.ts';
import { endUsers } from './end-users.ts';
import { exports } from './exports.ts';
import { broadcasts } from './grow/broadcasts.ts';
import { freeList } from './grow/free-list.ts';
import { grow } from './grow/grow.ts';
import { promoCodes } from './grow/promo-codes.ts';
import { refer } from './grow/refer.ts';
import { referral } from './grow/referral.ts';
import { sources } from './grow/sources.ts';
import { createIdentity } from './identity.ts';
import { moderatorDesk } from './moderator/desk.ts';
import { myBots } from './my-bots.ts';
import { panel } from './panel.ts';
import { connectionFee } from './payments/connection-fee.ts';
import { keyQuestions } from './payments/key-questions.ts';
import { paymentMethods } from './payments/methods.ts';
import { refunds } from './payments/refunds.ts';
import { plans } from './plans/plans.ts';
import { privacy } from './privacy.ts';
import { receipts } from './receipts.ts';
import { registration } from './registration.ts';
import { statistics } from './statistics.ts';
import { tariff } from './tariff.ts';
import { team } from './team/team.ts';
import { unhandled } from './unhandled.ts';

/** Everything that the main bot does, in the order in which an update is offered to it. */
export function createMainBot(deps: BotDeps, panelAddress: PanelAddress): BotKind<MainContext> {
  const composer = new Composer<MainContext>();
  const identity = createIdentity(deps);
  const page = createBotPage(deps);
  const bots = myBots(deps, page);
  const photos = botPhoto(deps, page);
  const invitations = referral(deps);
  const growth = grow(deps, { ...page, invitations: invitations.page });
  const promos = promoCodes(deps);
  const advertising = sources(deps);
  const free = freeList(deps);
  const people = endUsers(deps);
  const getologTariff = tariff(deps);
  const fee = connectionFee(deps);
  const keys = keyQuestions(deps);
  const methods = paymentMethods(deps, { fee, keys });
  const moderators = moderatorDesk(deps, keys);
  const prices = plans(deps);
  const desk = createReviewDesk<MainContext>(deps, (context, paymentId) =>
    deps.services.sellerBots.scopeOfPayment(ownerIn(context), paymentId, 'receipts'),
  );

  const help = createSupportDesk<MainContext>(deps, {
    scopeOf: () => null,
    // Whoever gives help answers as that; their own question they ask as an owner.
    actorOf: async (context) =>
      deps.moderatorIds.includes(telegramUserIdOf(context)) ? moderatorIn(context) : ownerIn(context),
    admit: () => Promise.resolve(),
    ask: (context, messageId) => deps.services.support.askModerators(ownerIn(context), messageId),
  });

  const boundary = createErrorBoundary(deps);
  // Around what goes wrong as well: that is told in the answer.
  const outer = composer.errorBoundary(boundary);
  outer.use(answerPress());
  const guarded = outer.errorBoundary(boundary);
  guarded.use(managedBots(deps));
  const privately = guarded.chatType('private');
  privately.on(['my_chat_member', 'edited_message'], () => Promise.resolve());
  privately.use(identity.middleware, rateLimit);
  // A token is a token, whatever was asked for last.
  privately.use(addBot(deps));
  privately.use(help.replies, free.picked);
  privately.use(
    openQuestions<MainContext>(
      deps.services.openQuestions,
      {
        ...bots.answers,
        ...photos.answers,
        ...growth.answers,
        ...promos.answers,
        ...advertising.answers,
        ...free.answers,
        ...prices.answers,
        ...people.answers,
        ...getologTariff.answers,
        ...fee.answers,
        ...keys.ownerAnswers,
        ...methods.answers,
        ...moderators.answers,
        rejectReason: desk.answerRejectReason,
        support: help.answerQuestion,
        album: help.answerAlbum,
      },
      moderators.mayAnswer,
    ),
  );
  privately.use(
    registration(deps),
    privacy(deps),
    panel(deps, panelAddress),
    cancel(),
    help.composer,
    bots.composer,
    photos.composer,
    botState(deps, page),
    methods.composer,
    growth.composer,
    invitations.composer,
    promos.composer,
    advertising.composer,
    free.composer,
    broadcasts(deps),
    chats(deps, page),
    team(deps, page),
    prices.composer,
    receipts(deps),
    refunds(deps),
    exports(deps),
  );
  privately.use(people.composer);
  privately.use(getologTariff.composer, refer(deps), statistics(deps), moderators.composer);
  privately.use(desk.composer);
  privately.use(unhandled(deps));
  guarded.on('callback_query', refusePress);
  return { composer, bind: identity.bind, prefetch: identity.prefetch };
}
