import { REFERRAL_MODES } from '../../../modules/bot-settings/bot-setting-names.ts';
import type { BotSettings } from '../../../modules/bot-settings/bot-settings.ts';
import { REFERRAL_STATUSES } from '../../../modules/referrals/referral.ts';
import type { ReferralPage } from '../../../modules/referrals/referral-service.ts';
import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import { BOT_GROW, BOT_REF_MODE, BOT_SET, REF_DENY, REF_GIVE } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { money, nameOnButton, personName, type Viewer } from '../common.ts';

/** What whoever brings a buyer gets, what came of it, and what waits for the owner's word. */
export function referralScreen(viewer: Viewer, bot: SellerBot, page: ReferralPage): Screen {
  const { t } = viewer;
  const { telegramBotId: id } = bot;
  const { terms, held } = page;
  const parts = [
    `<b>${t('referral.page')}</b> · @${bot.username}`,
    t('referral.about'),
    termsLines(viewer, terms).join('\n'),
    ...(page.came === 0 ? [] : [results(viewer, page), ...best(viewer, page)]),
    ...(held.length === 0 ? [] : [heldLines(viewer, page)]),
  ];
  return {
    text: parts.join('\n\n'),
    buttons: [
      ...held.map(({ referralId, inviter }) => [
        button(
          nameOnButton((person) => t.plain('referral.giveTo', { person }), inviter),
          REF_GIVE.data(referralId),
        ),
        button(
          nameOnButton((person) => t.plain('referral.denyTo', { person }), inviter),
          REF_DENY.data(referralId),
        ),
      ]),
      REFERRAL_MODES.map((mode) =>
        button(
          `${mode === terms.referral ? '✅ ' : ''}${t.plain(`referral.mode.${mode}`)}`,
          BOT_REF_MODE.data(id, mode),
        ),
      ),
      ...settings(viewer, bot, terms),
      [button(t('button.back'), BOT_GROW.data(id))],
    ],
  };
}

function termsLines({ t }: Viewer, terms: BotSettings): string[] {
  const friend = terms.friendPercent > 0 ? [t('referral.friendIs', { percent: terms.friendPercent })] : [];
  switch (terms.referral) {
    case 'off':
      return [t('referral.isOff')];
    case 'days':
      return [t('referral.isDays', { days: t('duration.days', { count: terms.referralDays }) }), ...friend];
    case 'percent':
      return [t('referral.isPercent', { percent: terms.referralPercent }), ...friend];
  }
}

/** What applies to the mode that is on. */
function settings({ t }: Viewer, { telegramBotId: id }: SellerBot, terms: BotSettings) {
  if (terms.referral === 'off') return [];
  const days = t.plain('duration.days', { count: terms.referralDays });
  return [
    [
      terms.referral === 'days'
        ? button(t.plain('referral.setDays', { days }), BOT_SET.data(id, 'refdays'))
        : button(
            t.plain('referral.setPercent', { percent: terms.referralPercent }),
            BOT_SET.data(id, 'refpercent'),
          ),
    ],
    [
      button(
        terms.friendPercent === 0
          ? t('referral.setNoFriend')
          : t.plain('referral.setFriend', { percent: terms.friendPercent }),
        BOT_SET.data(id, 'friendpercent'),
      ),
    ],
  ];
}

function results(viewer: Viewer, { came, bought, turnover, rewards }: ReferralPage): string {
  const { t } = viewer;
  return [
    t('referral.figures', { came, bought, turnover: money(viewer, turnover) }),
    t('referral.rewards'),
    ...REFERRAL_STATUSES.filter((status) => rewards[status] > 0).map(
      (status) => `• ${t(`referral.status.${status}`, { count: rewards[status] })}`,
    ),
  ].join('\n');
}

function best({ t }: Viewer, { best: inviters }: ReferralPage): string[] {
  if (inviters.length === 0) return [];
  const lines = inviters.map(({ inviter, came, bought }) =>
    t('referral.bestLine', { person: personName(inviter), came, bought }),
  );
  return [[t('referral.best'), ...lines].join('\n')];
}

function heldLines({ t }: Viewer, { held }: ReferralPage): string {
  const lines = held.map(({ paymentId: payment, inviter }) =>
    t('referral.heldLine', { payment, person: personName(inviter) }),
  );
  return [t('referral.heldTitle'), ...lines].join('\n');
}
