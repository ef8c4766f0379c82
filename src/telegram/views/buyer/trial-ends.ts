import type { EndsContent } from '../../../modules/subscriptions/end-notices.ts';
import { dateOf } from '../../../shared/calendar.ts';
import { DAY_MS } from '../../../shared/durations.ts';
import { HOME, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, timeSpan, type Viewer } from '../common.ts';
import { planButton } from './storefront.ts';

/** Whoever has tried a chat is asked to stay: the plans are at hand. */
export function trialEndsScreen(viewer: Viewer, content: EndsContent & { timeLeftMs: number }): Screen {
  const { t } = viewer;
  const left = timeSpan(t, content.timeLeftMs);
  const lines = content.ends.map(({ chat, expiresAt }) => {
    const now = new Date(expiresAt.getTime() - content.timeLeftMs);
    const params = { title: chat.title, until: date(viewer, expiresAt), left };
    return t(isTomorrow(viewer, expiresAt, now) ? 'trial.endsTomorrow' : 'trial.ends', params);
  });
  return aboutTrials(viewer, content, [...lines, t('trial.stay')]);
}

export function trialEndedScreen(viewer: Viewer, content: EndsContent): Screen {
  const { t } = viewer;
  const lines = content.ends.map(({ chat }) => t('trial.ended', { title: chat.title }));
  return aboutTrials(viewer, content, [...lines, t('trial.comeBack')]);
}

function aboutTrials(
  viewer: Viewer,
  { ends, plansAfterTrial }: EndsContent,
  lines: readonly string[],
): Screen {
  const { t } = viewer;
  const chats = ends.map(({ chat: { channelId: id, type } }) => ({ id, type }));
  return {
    text: lines.join('\n\n'),
    buttons: [
      ...(plansAfterTrial ?? []).map((plan) => [planButton(viewer, chats, plan)]),
      [button(t('button.plans'), HOME.data()), button(t('button.support'), SUPPORT.data())],
    ],
  };
}

function isTomorrow({ timeZone }: Viewer, instant: Date, now: Date): boolean {
  return dateOf(instant, timeZone).getTime() - dateOf(now, timeZone).getTime() === DAY_MS;
}
