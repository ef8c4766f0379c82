import { translator } from '../../infra/i18n/i18n.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../shared/locale-keys.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, hasDesk, ownerIn, type SellerContext, teamIn } from '../common/context.ts';
import { HOME, LANG, LANGUAGE, TRY_AS_END_USER } from '../common/routes.ts';
import { button, inFront, type Screen, send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { advertisementLine } from '../views/buyer/advertisement.ts';
import { storefrontScreen } from '../views/buyer/storefront.ts';
import { languageScreen } from '../views/common.ts';
import { appErrorScreen } from '../views/errors.ts';
import { greetingText } from '../views/growth/invite.ts';
import type { ChoosePlan } from './choose-plan.ts';
import type { OwnerDesk } from './owner-desk.ts';
import { readStartPayload } from './start-payloads.ts';

/**
 * Whether the answer will be the storefront, as far as can be told by the update alone. A link that may bring a code changes
 * what stands there.
 */
export function asksForStorefront({ message, callbackQuery }: SellerContext): boolean {
  return (
    HOME.regex.test(callbackQuery?.data ?? '') || /^\/(?:start(?! +[cpr]_)|menu)\b/.test(message?.text ?? '')
  );
}

/** Why somebody cannot have the plan that they came for, though perhaps another one. */
const CHOOSES_ANOTHER: ReadonlySet<ErrorCode> = new Set([
  'planGone',
  'trial.used',
  'trial.tomorrow',
  'alreadyLifetime',
  'alreadyLonger',
]);

/** What has buttons of its own to go on by. */
const TOLD_ALONE: ReadonlySet<ErrorCode> = new Set(['receiptWaits', 'paymentRuns', 'youAreBanned']);

/** The way in: language, then the storefront; for whoever decides receipts the desk with what waits. */
export function start(deps: BotDeps, desk: OwnerDesk, choosePlan: ChoosePlan): Composer<SellerContext> {
  const { endUsers, invitations, owners, sourceVisits, storefront, tariffs } = deps.services;
  const composer = new Composer<SellerContext>();

  const currentAdvertisement = ({ scope, t }: SellerContext) => tariffs.advertisementFor(scope, t.language);

  /** The line as the window shows it, which was read ahead. */
  async function currentLine(context: SellerContext): Promise<string | null> {
    const shop = await context.load.storefront();
    return advertisementLine(context.t, shop?.advertisement ?? (await currentAdvertisement(context)), deps);
  }

  async function shopWindow(context: SellerContext, { advertised }: { advertised: boolean }) {
    const { telegramUserId } = await context.endUser();
    // Whoever was new to the bot when it was read is its end user by now.
    const shop = (await context.load.storefront()) ?? (await storefront.look(context.scope, telegramUserId));
    const line = advertised ? await advertisementLine(context.t, shop.advertisement, deps) : null;
    return storefrontScreen(viewerOf(context, deps), shop, line);
  }

  /** The plan that somebody came for; the window where they came for none, and below the reason why they cannot have it. */
  async function wished(
    context: SellerContext,
    planId: number | null,
    { advertised }: { advertised: boolean },
  ): Promise<Screen> {
    if (planId === null) return shopWindow(context, { advertised });
    const screen = await chosen(context, planId);
    if (screen instanceof AppError) {
      const shop = await shopWindow(context, { advertised });
      return { ...shop, text: `${context.t(`errors.${screen.code}`, screen.params)}\n\n${shop.text}` };
    }
    const line = advertised ? await currentLine(context) : null;
    return line === null ? screen : { ...screen, text: `${screen.text}\n\n${line}` };
  }

  /** @returns what they see of the plan, or why they have to choose another one */
  async function chosen(context: SellerContext, planId: number): Promise<Screen | AppError> {
    try {
      return await choosePlan(context, planId, null);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (CHOOSES_ANOTHER.has(error.code)) return error;
      if (!TOLD_ALONE.has(error.code)) throw error;
      return appErrorScreen(context.t, error);
    }
  }

  /** Whoever has a language may leave it as it is. */
  async function languages(context: SellerContext) {
    const hasOne = context.isOwner || (await context.endUser()).hasChosenLanguage;
    return languageScreen(context.from?.language_code, { back: hasOne ? context.t : null });
  }

  /** @returns a sentence where the code was no good */
  async function enterByLink(context: SellerContext, code: string): Promise<string[]> {
    if ((await context.endUser()).banned) return [];
    const refused = await deps.services.codeEntry.enter(context.scope, await endUserIn(context), code);
    return refused === null ? [] : [context.t(`errors.promo.${refused}`, { code })];
  }

  /** @returns what there is to say to whoever opened a friend's link; null is an owner, whom nobody brings to their own bot */
  async function greet(context: SellerContext, inviteCode: string | null): Promise<string[]> {
    if (inviteCode === null) return [];
    const endUserId = context.isOwner ? null : (await context.endUser()).id;
    const greeting = await invitations.greet(context.scope, endUserId, inviteCode);
    return greeting ? [greetingText(viewerOf(context, deps), greeting)] : [];
  }

  composer.command('start', async (context) => {
    const { planId, code, inviteCode, source } = readStartPayload(context.match);
    const greeting = await greet(context, inviteCode);
    if (context.isOwner) {
      // The owner has opened the bot: receipts that waited for that come at once.
      await endUsers.welcomeTeam(context.scope, ownerIn(context));
      const line = await advertisementLine(context.t, await currentAdvertisement(context), deps);
      return send(context, inFront(greeting, await desk(context, line)));
    }
    const endUser = await context.endUser();
    if (hasDesk(context)) await endUsers.welcomeTeam(context.scope, teamIn(context, context.scope));
    if (source !== null) await sourceVisits.visit(context.scope, await endUserIn(context), source);
    // Also of somebody who has no language yet: only the screen waits for that.
    const refused = code === null ? [] : await enterByLink(context, code);
    const first = [...greeting, ...refused];
    await keepWish(context, endUser.hasChosenLanguage ? null : planId);
    if (endUser.hasChosenLanguage && hasDesk(context) && planId === null) {
      return send(context, inFront(first, await desk(context)));
    }
    if (endUser.hasChosenLanguage) {
      return show(context, inFront(first, await wished(context, planId, { advertised: true })));
    }
    const line = await currentLine(context);
    const said = [...first, ...(line === null ? [] : [line])];
    const advertisement = said.length === 0 ? null : said.join('\n\n');
    return send(context, languageScreen(context.from?.language_code, { advertisement }));
  });

  composer.command('menu', async (context) =>
    send(context, hasDesk(context) ? await desk(context) : await shopWindow(context, { advertised: false })),
  );

  composer.command('language', async (context) => send(context, await languages(context)));

  onPress(composer, LANGUAGE, async (context) => show(context, await languages(context)));

  onPress(composer, HOME, async (context) =>
    show(context, hasDesk(context) ? await desk(context) : await shopWindow(context, { advertised: false })),
  );

  onPress(composer, TRY_AS_END_USER, async (context) => {
    const { text, buttons = [] } = await shopWindow(context, { advertised: false });
    await show(context, { text, buttons: [...buttons, [button(context.t('button.back'), HOME.data())]] });
  });

  async function keepWish(context: SellerContext, planId: number | null): Promise<void> {
    const endUser = await context.endUser();
    if (endUser.wantedPlanId !== planId) await endUsers.keepWish(context.scope, endUser, planId);
  }

  onPress(composer, LANG, async (context, language) => {
    if (context.isOwner) {
      const { scope } = context;
      const actor = ownerIn(context);
      await owners.chooseLanguage(actor, language);
      // An owner who tries their own bot buys like anybody else.
      await endUsers.chooseLanguage(scope, actor, language);
      context.t = translator(language);
      return show(context, await desk(context));
    }
    const endUser = await context.endUser();
    const chosen = await endUsers.chooseLanguage(context.scope, await endUserIn(context), language);
    context.endUser = () => Promise.resolve(chosen ?? endUser);
    context.t = translator(language);
    // The first choice completes the answer to /start.
    const advertised = !endUser.hasChosenLanguage;
    if (hasDesk(context) && endUser.wantedPlanId === null) return show(context, await desk(context));
    await show(context, await wished(context, endUser.wantedPlanId, { advertised }));
    // Not before: a press that is heard again leads to the same plan.
    await keepWish(context, null);
  });

  return composer;
}
