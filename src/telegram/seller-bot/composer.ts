import { AppError } from '../../kernel/errors.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import type { BotKind } from '../bots/bot-factory.ts';
import { cancel } from '../common/cancel.ts';
import { endUserIn, personIn, type SellerContext } from '../common/context.ts';
import { createErrorBoundary } from '../common/error-boundary.ts';
import { createSupportDesk } from '../common/support-desk.ts';
import { answerPress, refusePress } from '../middleware/answer-press.ts';
import { Composer } from '../middleware/composer.ts';
import { openQuestions } from '../middleware/open-questions.ts';
import { rateLimit } from '../middleware/rate-limit.ts';
import { broadcasts } from './broadcasts/broadcasts.ts';
import { checkout, holdsFile } from './checkout.ts';
import { createChoosePlan } from './choose-plan.ts';
import { createIdentity } from './identity.ts';
import { invite } from './invite.ts';
import { membership } from './membership.ts';
import { mySubscription } from './my-subscription.ts';
import { offers } from './offers.ts';
import { ownChats } from './own-chats.ts';
import { createOwnerDesk } from './owner-desk.ts';
import { privacy } from './privacy.ts';
import { promoCode } from './promo-code.ts';
import { review } from './review.ts';
import { starPayments } from './stars/star-payments.ts';
import { start } from './start.ts';
import { unhandled } from './unhandled.ts';

/** Everything that a seller bot does, in the order in which an update is offered to it. One tree serves all bots. */
export function createSellerBot(deps: BotDeps): BotKind<SellerContext> {
  const composer = new Composer<SellerContext>();
  const identity = createIdentity(deps);
  const boundary = createErrorBoundary(deps);
  // Around what goes wrong as well: that is told in the answer.
  const outer = composer.errorBoundary(boundary);
  outer.use(answerPress());
  const guarded = outer.errorBoundary(boundary);
  const desk = review(deps);
  const ownerDesk = createOwnerDesk(deps);
  const codes = promoCode(deps);
  const choosePlan = createChoosePlan(deps);
  const casts = broadcasts(deps);
  const help = createSupportDesk<SellerContext>(deps, {
    scopeOf: ({ scope }) => scope,
    actorOf: personIn,
    async admit(context) {
      if (deps.services.support.mayAskOwner(context.scope, await personIn(context))) return;
      throw new AppError('supportInMainBot', { mainBot: await deps.mainBotUsername() });
    },
    ask: async (context, messageId) =>
      deps.services.support.askOwner(context.scope, await endUserIn(context), messageId),
    async afterwards(context) {
      if (!context.message?.photo && !context.message?.document) return '';
      const receipt = await deps.services.checkout.lookAtReceipt(context.scope, await endUserIn(context));
      return receipt === 'awaited' ? context.t('support.wasItReceipt') : '';
    },
  });

  guarded.use(starPayments(deps), membership(deps));

  const privately = guarded.chatType('private');
  privately.on('edited_message', (context, next) => (holdsFile(context) ? next() : Promise.resolve()));
  privately.use(identity.middleware, rateLimit);
  privately.use(help.replies);
  privately.use(
    openQuestions<SellerContext>(
      deps.services.openQuestions,
      {
        rejectReason: desk.answerRejectReason,
        support: help.answerQuestion,
        album: help.answerAlbum,
        ...codes.answers,
        ...casts.answers,
      },
      // A picture is a receipt, whatever was asked for last.
      ({ message }, { question }) => question !== 'promoCode' || message?.text !== undefined,
    ),
  );
  privately.use(casts.composer);
  privately.use(start(deps, ownerDesk, choosePlan), privacy(deps), offers(deps), cancel(), help.composer);
  privately.use(desk.composer);
  privately.use(invite(deps));
  privately.use(mySubscription(deps), ownChats(deps, ownerDesk));
  privately.use(codes.composer, checkout(deps, choosePlan));
  privately.use(unhandled(deps));
  guarded.on('callback_query', refusePress);
  return { composer, bind: identity.bind, prefetch: identity.prefetch };
}
