import type { NoticeKind, Notices } from '../../../modules/notifications/notice.ts';
import { CAP_DAYS, MAX_REWARDS } from '../../../modules/referrals/referral.ts';
import { formatDay } from '../../../shared/calendar.ts';
import { BOT_REF, HOME, INVITE, MY_SUBSCRIPTION, REF_DENY, REF_GIVE, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, personName, type Viewer } from '../common.ts';

type ReferralNotice = Extract<
  NoticeKind,
  'friendCame' | 'referralRewarded' | 'rewardTakenBack' | 'friendBought' | 'rewardHeld' | 'rewardCapped'
>;

/** What is said to whoever invites, and to the owner, of friends and what they bring. */
export const REFERRAL_NOTICE_VIEWS: {
  readonly [K in ReferralNotice]: (viewer: Viewer, content: Notices[K]['content']) => Screen;
} = {
  friendCame: ({ t }, { reward: { kind, value } }) => ({
    text:
      kind === 'days'
        ? t('referral.friendCame.days', { days: t.plain('duration.days', { count: value }) })
        : t('referral.friendCame.percent', { percent: value }),
    buttons: [[button(t('referral.page'), INVITE.data())]],
  }),
  referralRewarded: rewardedScreen,
  rewardTakenBack: ({ t }) => ({
    text: t('referral.takenBack'),
    buttons: [
      [button(t('button.mySubscription'), MY_SUBSCRIPTION.data())],
      [button(t('menu.support'), SUPPORT.data())],
    ],
  }),
  friendBought: ({ t }, { inviter, botUsername, telegramBotId }) => ({
    text: t('referral.bought', { inviter: personName(inviter), bot: botUsername }),
    buttons: [[button(t('referral.page'), BOT_REF.data(telegramBotId))]],
  }),
  rewardHeld: ({ t }, { referralId, inviter, botUsername, telegramBotId }) => ({
    text: t('referral.held', { inviter: personName(inviter), bot: botUsername }),
    buttons: [
      [button(t('referral.give'), REF_GIVE.data(referralId))],
      [button(t('referral.deny'), REF_DENY.data(referralId))],
      [button(t('referral.page'), BOT_REF.data(telegramBotId))],
    ],
  }),
  rewardCapped: ({ t }, { inviter, botUsername, telegramBotId }) => ({
    text: t('referral.capped', {
      inviter: personName(inviter),
      bot: botUsername,
      count: MAX_REWARDS,
      days: t.plain('duration.days', { count: CAP_DAYS }),
    }),
    buttons: [[button(t('referral.page'), BOT_REF.data(telegramBotId))]],
  }),
};

function rewardedScreen(viewer: Viewer, { reward }: Notices['referralRewarded']['content']): Screen {
  const { t } = viewer;
  if (reward.kind === 'percent') {
    // A date as databases keep it: midnight in UTC.
    const until = formatDay(reward.until, t.language, 'UTC');
    return {
      text: t('referral.rewarded.percent', { percent: reward.percent, until }),
      buttons: [[button(t('button.plans'), HOME.data())]],
    };
  }
  const days = t.plain('duration.days', { count: reward.days });
  if (reward.kind === 'waiting') {
    return {
      text: t('referral.rewarded.waiting', { days }),
      buttons: [[button(t('button.plans'), HOME.data())]],
    };
  }
  return {
    text: [
      // Where all that they have is for a lifetime, no days were added.
      reward.ends.every(({ expiresAt }) => expiresAt === null)
        ? t('referral.rewarded.nothing')
        : t('referral.rewarded.days', { days }),
      ...reward.ends.map(({ title, expiresAt }) =>
        expiresAt === null
          ? t('referral.rewarded.lifetime', { title })
          : t('referral.rewarded.end', { title, date: date(viewer, expiresAt) }),
      ),
    ].join('\n'),
    buttons: [[button(t('button.mySubscription'), MY_SUBSCRIPTION.data())]],
  };
}
