import type { Notices } from '../../../modules/notifications/notice.ts';
import { WAITS_DAYS } from '../../../modules/owner-referrals/owner-referral.ts';
import type { InvitePage } from '../../../modules/owner-referrals/owner-referral-service.ts';
import { inviteLink } from '../../../shared/invite-code.ts';
import { HOME, REFER, TARIFF } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, type Viewer } from '../common.ts';
import { linkButtons } from '../growth/link-buttons.ts';

/** What both get who bring an owner and are brought, the link to it, and what came of it so far. */
export function referScreen({ t }: Viewer, page: InvitePage, botUsername: string): Screen {
  const { code, rewards, came, paid, daysEarned, waiting } = page;
  const days = (count: number) => t('duration.days', { count });
  const link = inviteLink(botUsername, code);
  return {
    text: [
      t('refer.about', { days: days(rewards.inviterDays) }),
      ...(rewards.friendDays === 0 ? [] : [t('refer.friendGets', { days: days(rewards.friendDays) })]),
      t('refer.waits', { days: days(WAITS_DAYS) }),
      t('refer.link', { link }),
      t('refer.counts', { came, paid, days: daysEarned, waiting }),
    ].join('\n\n'),
    buttons: [linkButtons(t, link), [button(t('button.back'), HOME.data())]],
  };
}

/** Days of the tariff have come by an invitation: who brought somebody may bring more. */
export function tariffDaysGivenScreen(
  viewer: Viewer,
  { side, days, paidUntil }: Notices['tariffDaysGiven']['content'],
): Screen {
  const { t } = viewer;
  const words = { days: t('duration.days', { count: days }), until: date(viewer, paidUntil) };
  return side === 'inviter'
    ? { text: t('refer.given.inviter', words), buttons: [[button(t('refer.button'), REFER.data())]] }
    : { text: t('refer.given.friend', words), buttons: [[button(t('menu.tariff'), TARIFF.data())]] };
}
