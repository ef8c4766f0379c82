import type { EndsContent, ToldEnd } from '../../../modules/subscriptions/end-notices.ts';
import { endsAt } from '../../../modules/subscriptions/subscription.ts';
import type { Screen } from '../../common/screen.ts';
import { date, timeSpan, type Viewer } from '../common.ts';
import { renewalButtons } from './subscription.ts';
import { trialEndedScreen, trialEndsScreen } from './trial-ends.ts';

/** A warning: how much is left. */
export function endsScreen(viewer: Viewer, content: EndsContent & { timeLeftMs: number }): Screen {
  const { t } = viewer;
  if (content.plansAfterTrial) return trialEndsScreen(viewer, content);
  const left = timeSpan(t, content.timeLeftMs);
  return aboutEnds(viewer, content, {
    ofOne: (end) => t('notice.subscriptionEnds', { left, ...params(viewer, end) }),
    head: t('ends.soon', { left }),
    line: (end) => t('ends.line', params(viewer, end)),
    foot: t('ends.renewSoon'),
  });
}

/** Time is up, and the place is kept for a while. */
export function graceScreen(viewer: Viewer, content: EndsContent): Screen {
  const { t } = viewer;
  return aboutEnds(viewer, content, {
    ofOne: (end) => t('grace.began', params(viewer, end)),
    head: t('grace.severalBegan'),
    line: (end) => t('grace.line', params(viewer, end)),
    foot: t('grace.renew'),
  });
}

export function endedScreen(viewer: Viewer, content: EndsContent): Screen {
  const { t } = viewer;
  if (content.plansAfterTrial) return trialEndedScreen(viewer, content);
  return aboutEnds(viewer, content, {
    ofOne: (end) => t('notice.subscriptionEnded', params(viewer, end)),
    head: t('ends.over'),
    line: ({ chat, ...end }) => t('ends.line', { title: chat.title, until: date(viewer, endsAt(end)) }),
    foot: t('ends.comeBack'),
  });
}

/** One message for whatever ends within an hour, each named with its own end. */
function aboutEnds(
  viewer: Viewer,
  { ends, renewal }: EndsContent,
  words: { ofOne: (end: ToldEnd) => string; head: string; line: (end: ToldEnd) => string; foot: string },
): Screen {
  const [only, ...more] = ends;
  return {
    text:
      more.length === 0
        ? words.ofOne(only)
        : [words.head, ends.map(words.line).join('\n'), words.foot].join('\n\n'),
    buttons: renewalButtons(viewer, renewal, more.length > 0),
  };
}

function params(viewer: Viewer, { chat, expiresAt, graceUntil }: ToldEnd) {
  const until = date(viewer, expiresAt);
  return { title: chat.title, until, graceUntil: graceUntil === null ? until : date(viewer, graceUntil) };
}
