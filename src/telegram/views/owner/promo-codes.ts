import type { InlineKeyboardButton } from 'grammy/types';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Plan } from '../../../modules/plans/plan.ts';
import {
  AUDIENCES,
  PROMO_KINDS,
  PROMO_RANGES,
  type PromoCode,
  type PromoField,
  promoLink,
} from '../../../modules/promo-codes/promo-code.ts';
import type { PromoResults } from '../../../modules/promo-codes/promo-code-service.ts';
import { formatTypedDate } from '../../../shared/calendar.ts';
import type { Page } from '../../../shared/page.ts';
import {
  BOT_GROW,
  BOT_PROMO_NEW,
  BOT_PROMOS,
  PROMO_FOR,
  PROMO_OFF,
  PROMO_ON,
  PROMO_PAGE,
  PROMO_PLAN,
  PROMO_PLANS,
  PROMO_REMOVE,
  PROMO_REMOVE_YES,
  PROMO_SET,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { money, planOnButton, type Viewer } from '../common.ts';

/** Every code of a bot, the newest first. */
export function promoListScreen(
  { t }: Viewer,
  { telegramBotId, botUsername }: TenantScope,
  { items, next }: Page<PromoCode>,
): Screen {
  return {
    text: [
      t('promo.listTitle', { bot: botUsername }),
      items.length === 0 ? t('promo.none') : t('promo.about'),
    ].join('\n\n'),
    buttons: [
      ...items.map(({ id, code, isActive }) => [
        button(`${isActive ? '🟢' : '⚪️'} ${code}`, PROMO_PAGE.data(id)),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), BOT_PROMOS.data(telegramBotId, next))]]),
      [button(t('promo.new'), BOT_PROMO_NEW.data(telegramBotId))],
      [button(t('button.back'), BOT_GROW.data(telegramBotId))],
    ],
  };
}

export function askNewPromoScreen({ t }: Viewer, { telegramBotId }: TenantScope): Screen {
  return {
    text: t('promo.askCode'),
    buttons: [[button(t('button.cancel'), BOT_PROMOS.data(telegramBotId, '0'))]],
  };
}

/** What a code gives, its limits, its link and what it has done. */
export function promoScreen(
  viewer: Viewer,
  { telegramBotId, botUsername }: TenantScope,
  { promo, results }: { promo: PromoCode; results: PromoResults },
): Screen {
  const { t } = viewer;
  const link = promoLink({ botUsername }, promo.code);
  const set = (field: PromoField) => button(t(`promo.set.${field}`), PROMO_SET.data(promo.id, field));
  return {
    text: [
      t('promo.page', {
        code: promo.code,
        gift: giftWords(viewer, promo),
        state: t(promo.isActive ? 'promo.isOn' : 'promo.isOff'),
      }),
      limitWords(viewer, promo),
      t('promo.link', { link }),
      t('promo.results', {
        attached: results.attached,
        reserved: results.reserved,
        used: results.used,
        people: results.people,
        discount: money(viewer, results.discount),
        turnover: money(viewer, results.turnover),
        renewals: results.renewals,
      }),
    ].join('\n\n'),
    buttons: [
      [{ text: t('promo.copyLink'), copy_text: { text: link } }],
      PROMO_KINDS.map(set),
      [set('uses'), set('each')],
      [set('from'), set('until')],
      AUDIENCES.map((audience) =>
        button(
          `${audience === promo.audience ? '✅ ' : ''}${t(`promo.for.${audience}`)}`,
          PROMO_FOR.data(promo.id, audience),
        ),
      ),
      [button(t('promo.plans'), PROMO_PLANS.data(promo.id))],
      [
        ...(promo.gift === null ? [] : [switchButton(viewer, promo)]),
        button(t('promo.remove'), PROMO_REMOVE.data(promo.id)),
      ],
      [button(t('button.back'), BOT_PROMOS.data(telegramBotId, '0'))],
    ],
  };
}

function switchButton({ t }: Viewer, { id, isActive }: PromoCode): InlineKeyboardButton {
  return isActive
    ? button(t('promo.switchOff'), PROMO_OFF.data(id))
    : button(t('promo.switchOn'), PROMO_ON.data(id));
}

function giftWords(viewer: Viewer, { gift }: PromoCode): string {
  const { t } = viewer;
  if (gift === null) return t('promo.noGift');
  switch (gift.kind) {
    case 'percent':
      return t('promo.gift.percent', { percent: String(gift.value) });
    case 'fixed':
      return t('promo.gift.fixed', { sum: money(viewer, gift.value) });
    case 'days':
      return t('promo.gift.days', { days: t('duration.days', { count: Number(gift.value) }) });
  }
}

function limitWords({ t }: Viewer, promo: PromoCode): string {
  const { maxUses, perPerson, startsOn, endsOn, planIds } = promo;
  return [
    maxUses === null ? t('promo.limit.anyUses') : t('promo.limit.uses', { uses: maxUses }),
    perPerson === null ? t('promo.limit.anyEach') : t('promo.limit.each', { uses: perPerson }),
    ...(startsOn === null ? [] : [t('promo.limit.from', { date: formatTypedDate(startsOn) })]),
    endsOn === null ? t('promo.limit.noEnd') : t('promo.limit.until', { date: formatTypedDate(endsOn) }),
    planIds.length === 0 ? t('promo.limit.anyPlan') : t('promo.limit.plans', { plans: planIds.length }),
  ].join('\n');
}

/** Before a field is typed. */
export function askPromoFieldScreen({ t }: Viewer, promo: PromoCode, field: PromoField): Screen {
  const range = field in PROMO_RANGES ? PROMO_RANGES[field as keyof typeof PROMO_RANGES] : { min: 0, max: 0 };
  return {
    text: t(`promo.ask.${field}`, { code: promo.code, ...range }),
    buttons: [[button(t('button.cancel'), PROMO_PAGE.data(promo.id))]],
  };
}

/** Which plans a code is for: none chosen is all. */
export function promoPlansScreen({ t }: Viewer, promo: PromoCode, plans: readonly Plan[]): Screen {
  return {
    text: t('promo.askPlans', { code: promo.code }),
    buttons: [
      ...plans
        .filter(({ isTrial }) => !isTrial)
        .map((plan) => [
          button(
            `${promo.planIds.includes(plan.id) ? '✅' : '▫️'} ${planOnButton(t, plan)}`,
            PROMO_PLAN.data(promo.id, plan.id),
          ),
        ]),
      [button(t('button.back'), PROMO_PAGE.data(promo.id))],
    ],
  };
}

export function askRemovePromoScreen({ t }: Viewer, { id, code }: PromoCode): Screen {
  return {
    text: t('promo.askRemove', { code }),
    buttons: [
      [button(t('promo.removeYes'), PROMO_REMOVE_YES.data(id))],
      [button(t('button.cancel'), PROMO_PAGE.data(id))],
    ],
  };
}
