import type { MiddlewareFn } from 'grammy';
import { translator } from '../../infra/i18n/i18n.ts';
import { once } from '../../shared/async/once.ts';
import { prefetch } from '../../shared/async/prefetch.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import {
  hasSpeaker,
  type SellerContext,
  type SellerLoaders,
  speakerOf,
  telegramUserIdOf,
} from '../common/context.ts';
import { isTapAfterLastWord } from '../common/privacy-desk.ts';
import { asksForStorefront } from './start.ts';
import { arrivalLinkIn } from './start-payloads.ts';

/** Who speaks: the owner in the owner's language, anybody else as an end user of this bot. */
export function createIdentity({ services: { owners, endUsers, storefront } }: BotDeps) {
  const middleware: MiddlewareFn<SellerContext> = async (context, next) => {
    const person = speakerOf(context);
    if (!person) return;
    const { scope, load } = context;
    if (context.isOwner) {
      const { language } = await load.owner();
      context.t = translator(language);
      context.endUser = once(async () => endUsers.visit(scope, person, await load.visitor(), { language }));
    } else {
      const known = await load.visitor();
      if (isTapAfterLastWord(context, known)) return;
      const endUser = await endUsers.visit(scope, person, known, { link: arrivalLinkIn(context) });
      context.hasOpenQuestion = known?.hasOpenQuestion ?? false;
      context.helpsAs = known?.helpsAs ?? null;
      context.t = translator(endUser.language);
      context.endUser = () => Promise.resolve(endUser);
    }
    return next();
  };

  function loadersOf(context: SellerContext): SellerLoaders {
    const { scope } = context;
    let entering: ReturnType<typeof storefront.enter> | undefined;
    return {
      owner: once(() => owners.getById(scope.ownerId)),
      // The storefront's one statement reads its visitor as well.
      visitor: once(
        () =>
          entering?.then((entered) => entered?.known ?? null) ??
          endUsers.recall(scope, telegramUserIdOf(context)),
      ),
      storefront: once(() => {
        entering = storefront.enter(scope, telegramUserIdOf(context));
        return entering.then((entered) => entered?.window ?? null);
      }),
    };
  }

  return {
    middleware,
    bind(context: SellerContext): void {
      context.isOwner = BigInt(context.from?.id ?? 0) === context.scope.ownerTelegramUserId;
      context.helpsAs = null;
      context.load = loadersOf(context);
    },
    prefetch(context: SellerContext): void {
      if (!hasSpeaker(context)) return;
      const { load } = context;
      if (context.isOwner) {
        prefetch(load.owner());
      } else {
        if (asksForStorefront(context)) prefetch(load.storefront());
        prefetch(load.visitor());
      }
    },
  };
}
