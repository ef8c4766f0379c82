import type { InlineKeyboardButton } from 'grammy/types';
import type { Translator } from '../../../infra/i18n/i18n.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Duration } from '../../../modules/plans/duration.ts';
import { NEW_PLAN_KINDS, type NewPlanKind } from '../../../modules/plans/new-plan.ts';
import type { Plan } from '../../../modules/plans/plan.ts';
import type { EditedPlan, PlanChatChoice } from '../../../modules/plans/plan-editor.ts';
import { canRenewInStars } from '../../../modules/plans/stars-price.ts';
import {
  BOT_PLANS,
  PLAN_CHAT,
  PLAN_CHATS,
  PLAN_NAME,
  PLAN_NEW,
  PLAN_OFF,
  PLAN_ON,
  PLAN_PAGE,
  PLAN_PRICE,
  PLAN_REMOVE,
  PLAN_REMOVE_YES,
  STARS_PRICE,
  STARS_RENEW_OFF,
  STARS_RENEW_ON,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { chatMark, durationName, money, planName, titleOnButton, type Viewer } from '../common.ts';

type Named = Pick<Plan, 'name' | 'duration' | 'isTrial'>;

/** What its owner reads of a plan: its name and how long it lasts, and whether it is a trial. */
export function ownPlanName(t: Translator, plan: Named): string {
  const duration = durationName(t, plan.duration);
  const lasting = plan.isTrial ? t('plans.trial', { duration }) : duration;
  return plan.name === null ? lasting : t('plans.namedFor', { name: plan.name, duration: lasting });
}

/** A trial may cost nothing; what is sold for Stars has a price in them too. */
export function planPrice(viewer: Viewer, { price, starsPrice }: Pick<Plan, 'price' | 'starsPrice'>): string {
  if (price === 0n) return viewer.t('plans.free');
  const sum = money(viewer, price);
  return starsPrice === null ? sum : `${sum} · ${money(viewer, BigInt(starsPrice), 'XTR')}`;
}

export function planScreen(viewer: Viewer, scope: TenantScope, edited: EditedPlan): Screen {
  const { t } = viewer;
  const { plan, chats } = edited;
  const gone = chats.find(({ isConnected }) => !isConnected);
  const state = plan.isActive ? t('plans.isOn') : t('plans.isOff');
  return {
    text: t('plans.page', {
      plan: ownPlanName(t, plan),
      price: planPrice(viewer, plan),
      chats: chats.map((chat) => `${chatMark(chat)} ${chat.title}`).join(', '),
      state: gone ? t('plans.chatIsGone', { title: gone.title }) : state,
    }),
    buttons: [
      [
        button(t('plans.price'), PLAN_PRICE.data(plan.id)),
        button(t('plans.rename'), PLAN_NAME.data(plan.id)),
      ],
      ...(plan.price === 0n ? [] : [[button(t('plans.stars'), STARS_PRICE.data(plan.id))]]),
      ...renewalSwitch(t, plan),
      ...(plan.isTrial ? [] : [[button(t('plans.chats'), PLAN_CHATS.data(plan.id))]]),
      [
        plan.isActive
          ? button(t('plans.switchOff'), PLAN_OFF.data(plan.id))
          : button(t('plans.switchOn'), PLAN_ON.data(plan.id)),
        button(t('plans.remove'), PLAN_REMOVE.data(plan.id)),
      ],
      [{ text: t('plans.link'), copy_text: { text: planLink(scope, plan) } }],
      [button(t('button.back'), BOT_PLANS.data(scope.telegramBotId))],
    ],
  };
}

/** Only what Telegram renews has it, once it is sold for Stars. */
function renewalSwitch(t: Translator, plan: Plan): InlineKeyboardButton[][] {
  if (plan.starsRenew) return [[button(t('plans.starsRenewOff'), STARS_RENEW_OFF.data(plan.id))]];
  if (plan.starsPrice === null || !canRenewInStars(plan)) return [];
  return [[button(t('plans.starsRenewOn'), STARS_RENEW_ON.data(plan.id))]];
}

/** Opens the bot straight at the plan: see `readStartPayload`. */
function planLink({ botUsername }: TenantScope, { id }: Pick<Plan, 'id'>): string {
  return `https://t.me/${botUsername}?start=plan_${id}`;
}

export function askPlanPriceScreen({ t }: Viewer, { plan, chats }: EditedPlan): Screen {
  return {
    text: priceQuestion(t, { ...plan, title: chats.map(({ title }) => title).join(' + ') }),
    buttons: [cancel(t, PLAN_PAGE.data(plan.id))],
  };
}

/** @param proposed by the platform's rate; null: it has none */
export function askStarsPriceScreen(
  { t }: Viewer,
  { plan, chats }: EditedPlan,
  proposed: number | null,
): Screen {
  const title = chats.map((chat) => chat.title).join(' + ');
  return {
    text: [
      t('plans.askStars', { title, duration: ownPlanName(t, plan) }),
      ...(proposed === null ? [] : [t('plans.proposedStars', { stars: proposed })]),
    ].join('\n\n'),
    buttons: [
      ...(proposed === null
        ? []
        : [[{ text: t('checkout.copyAmount'), copy_text: { text: String(proposed) } }]]),
      cancel(t, PLAN_PAGE.data(plan.id)),
    ],
  };
}

export function askPlanNameScreen({ t }: Viewer, { plan }: EditedPlan): Screen {
  return {
    text: t('plans.askName', { plan: ownPlanName(t, plan) }),
    buttons: [cancel(t, PLAN_PAGE.data(plan.id))],
  };
}

export function askRemovePlanScreen({ t }: Viewer, { plan }: EditedPlan): Screen {
  return {
    text: t('plans.askRemove', { plan: ownPlanName(t, plan) }),
    buttons: [
      [button(t('plans.removeYes'), PLAN_REMOVE_YES.data(plan.id))],
      cancel(t, PLAN_PAGE.data(plan.id)),
    ],
  };
}

/** Each chat is put to the plan, or taken from it, by a press; the group of a channel's discussions is proposed. */
export function planChatsScreen({ t }: Viewer, plan: Plan, choices: readonly PlanChatChoice[]): Screen {
  const proposed = choices.find(({ isDiscussion, isOpened }) => isDiscussion && !isOpened);
  const gone = choices.find(({ isConnected }) => !isConnected);
  const parts = [
    t('plans.askChats', { plan: planName(t, plan) }),
    ...(gone ? [t('plans.chatIsGone', { title: gone.channel.title })] : []),
    ...(proposed ? [t('plans.discussion', { title: proposed.channel.title })] : []),
    ...(choices.length > 1 ? [] : [t('plans.oneChatOnly')]),
  ];
  return {
    text: parts.join('\n\n'),
    buttons: [
      ...choices.map(({ channel, isOpened }) => [
        button(
          titleOnButton((title) => `${isOpened ? '✅' : '➕'} ${chatMark(channel)} ${title}`, channel.title),
          PLAN_CHAT.data(plan.id, channel.id),
        ),
      ]),
      [button(t('button.back'), PLAN_PAGE.data(plan.id))],
    ],
  };
}

/** Of which kind the new plan is. */
export function newPlanScreen(
  { t }: Viewer,
  { telegramBotId }: TenantScope,
  { channelId, title }: { channelId: number; title: string },
): Screen {
  return {
    text: t('plans.askKind', { title }),
    buttons: [
      ...NEW_PLAN_KINDS.map((kind) => [button(t(`plans.kind.${kind}`), PLAN_NEW.data(channelId, kind))]),
      [button(t('button.back'), BOT_PLANS.data(telegramBotId))],
    ],
  };
}

export function askTermScreen(
  { t }: Viewer,
  { telegramBotId }: TenantScope,
  { title, kind }: { title: string; kind: NewPlanKind },
): Screen {
  return {
    text: t(`plans.askTerm.${kind}`, { title }),
    buttons: [cancel(t, BOT_PLANS.data(telegramBotId))],
  };
}

export function askNewPlanPriceScreen(
  { t }: Viewer,
  { telegramBotId }: TenantScope,
  { title, kind, duration }: { title: string; kind: NewPlanKind; duration: Duration },
): Screen {
  return {
    text: priceQuestion(t, { title, name: null, duration, isTrial: kind === 'trial' }),
    buttons: [cancel(t, BOT_PLANS.data(telegramBotId))],
  };
}

function priceQuestion(t: Translator, plan: Named & { title: string }): string {
  const { title, isTrial } = plan;
  const question = t('plans.askPrice', { title, duration: ownPlanName(t, plan) });
  return isTrial ? `${question}\n\n${t('plans.mayBeFree')}` : question;
}

function cancel(t: Translator, data: string): InlineKeyboardButton[] {
  return [button(t('button.cancel'), data)];
}
