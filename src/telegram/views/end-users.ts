import { isForgotten, type TenantScope } from '../../kernel/tenant-scope.ts';
import type { Channel } from '../../modules/channels/channel.ts';
import type { EndUser } from '../../modules/end-users/end-user.ts';
import type { Plan } from '../../modules/plans/plan.ts';
import type { Profile } from '../../modules/profiles/profile-service.ts';
import type { Found, Page } from '../../shared/page.ts';
import {
  BOT,
  BOT_FIND,
  BOT_USERS,
  END_USER,
  END_USER_BAN,
  END_USER_GRANT,
  END_USER_LINK,
  END_USER_UNBAN,
  HOME,
} from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { date, money, nameOnButton, personName, planMark, planOnButton, type Viewer } from './common.ts';

export function endUsersScreen({ t }: Viewer, scope: TenantScope, { items, next }: Page<EndUser>): Screen {
  const bot = { bot: scope.botUsername };
  return {
    text: items.length === 0 ? t('endUsers.nobody', bot) : t('endUsers.list', bot),
    buttons: [
      ...items.map(endUserRow),
      ...(next === null ? [] : [[button(t('button.more'), BOT_USERS.data(scope.telegramBotId, next))]]),
      [button(t('endUsers.find'), BOT_FIND.data(scope.telegramBotId))],
      [button(t('button.back'), BOT.data(scope.telegramBotId))],
    ],
  };
}

export function foundEndUsersScreen(
  { t }: Viewer,
  scope: TenantScope,
  { items, hasMore }: Found<EndUser>,
): Screen {
  return {
    text: t(foundText(items.length, hasMore), { count: items.length, bot: scope.botUsername }),
    buttons: [
      ...items.map(endUserRow),
      [button(t('endUsers.find'), BOT_FIND.data(scope.telegramBotId))],
      [button(t('button.back'), BOT_USERS.data(scope.telegramBotId, '0'))],
    ],
  };
}

/** What to say above the answer to a search. */
export function foundText(count: number, hasMore: boolean) {
  if (count === 0) return 'endUsers.none';
  return hasMore ? 'endUsers.foundMany' : 'endUsers.found';
}

const endUserRow = (endUser: EndUser) => [
  button(
    nameOnButton((name) => `${endUser.banned ? '🚫 ' : ''}${name}`, endUser),
    END_USER.data(endUser.id),
  ),
];

export function askFindScreen({ t }: Viewer, scope: TenantScope): Screen {
  return {
    text: t('endUsers.askFind'),
    buttons: [[button(t('button.cancel'), BOT_USERS.data(scope.telegramBotId, '0'))]],
  };
}

/**
 * One person with what they have; each plan can be given without payment, but a trial is taken by the person.
 * @param plans null: whoever looks may neither give nor ban
 */
export function endUserScreen(
  viewer: Viewer,
  telegramBotId: bigint,
  { endUser, since, hasClosedBot, inviter, subscriptions, payments }: Profile,
  plans: readonly Plan[] | null,
  channels: readonly Channel[],
): Screen {
  const { t } = viewer;
  const lines = [
    `👤 ${t('endUsers.name', { person: personName(endUser) })}`,
    t('endUsers.since', { since: date(viewer, since) }),
    inviter === null ? '' : t('review.invitedBy', { inviter: personName(inviter) }),
    endUser.banned ? t('endUsers.banned') : '',
    hasClosedBot ? t('endUsers.hasClosedBot') : '',
    subscriptions
      .map(({ title, state, until }) =>
        t('endUsers.subscription', {
          title,
          status: t(`subscriptionStatus.${state}`),
          until: until === null ? t('duration.lifetime') : date(viewer, until),
        }),
      )
      .join('\n'),
    payments
      .map(({ id, title, currency, amount, status }) =>
        t('endUsers.payment', {
          id,
          title,
          amount: money(viewer, amount, currency),
          status: t(`paymentStatus.${status}`),
        }),
      )
      .join('\n'),
  ];
  const isGone = isForgotten(endUser);
  const grants =
    plans === null || endUser.banned || isGone
      ? []
      : plans
          .filter(({ isTrial }) => !isTrial)
          .map((plan) => [
            button(
              t('endUsers.grant', {
                mark: planMark(channels, plan),
                duration: planOnButton(t, plan),
              }),
              END_USER_GRANT.data(endUser.id, plan.id),
            ),
          ]);
  const hasAccess = !endUser.banned && !isGone && subscriptions.some(({ state }) => state === 'active');
  const ban = endUser.banned
    ? button(t('endUsers.unban'), END_USER_UNBAN.data(endUser.id))
    : button(t('endUsers.ban'), END_USER_BAN.data(endUser.id));
  return {
    text: lines.filter(Boolean).join('\n\n'),
    buttons: [
      ...(hasAccess ? [[button(t('endUsers.sendLink'), END_USER_LINK.data(endUser.id))]] : []),
      ...grants,
      ...(isGone || plans === null ? [] : [[ban]]),
      [button(t('button.back'), BOT_USERS.data(telegramBotId, '0'))],
    ],
  };
}

export function restoredScreen({ t }: Viewer): Screen {
  return { text: t('endUsers.restored'), buttons: [[button(t('button.home'), HOME.data())]] };
}
