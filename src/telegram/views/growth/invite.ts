import type { Greeting, Invitation } from '../../../modules/referrals/invitation-service.ts';
import { inviteLink } from '../../../shared/invite-code.ts';
import { HOME } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';
import { linkButtons } from './link-buttons.ts';

/** What both get, the link to it, and what came of it so far. */
export function inviteScreen({ t }: Viewer, invitation: Invitation, botUsername: string): Screen {
  const { code, reward, friendPercent, hasLifetime, came, bought, daysEarned, daysWaiting } = invitation;
  const days = (count: number) => t('duration.days', { count });
  const link = inviteLink(botUsername, code);
  const givesDays = reward.kind === 'days';
  // Days that were earned before are theirs, also where a discount is given now.
  const results = [
    t('invite.counts', { came, bought }),
    ...(givesDays || daysEarned > 0 ? [t('invite.earned', { days: days(daysEarned) })] : []),
    ...(givesDays || daysWaiting > 0 ? [t('invite.waiting', { days: days(daysWaiting) })] : []),
  ];
  return {
    text: [
      t('invite.title'),
      [
        givesDays
          ? t('invite.days', { days: days(reward.value) })
          : t('invite.percent', { percent: reward.value }),
        ...(friendPercent > 0 ? [t('invite.friendGets', { percent: friendPercent })] : []),
        ...(givesDays && hasLifetime ? [t('invite.lifetime')] : []),
      ].join('\n'),
      t('refer.link', { link }),
      results.join('\n'),
    ].join('\n\n'),
    buttons: [linkButtons(t, link), [button(t('button.back'), HOME.data())]],
  };
}

/** In front of what whoever opens a friend's link sees. */
export function greetingText({ t }: Viewer, greeting: Greeting): string {
  if (greeting.kind !== 'invited') return t(`invite.${greeting.kind}`);
  const { friendPercent: percent } = greeting;
  return percent > 0 ? t('invite.invitedCheaper', { percent }) : t('invite.invited');
}
