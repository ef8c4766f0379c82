import type { BroadcastOfBot } from '../../../modules/broadcasts/broadcast-desk.ts';
import { isOpen } from '../../../modules/broadcasts/broadcast-status.ts';
import type { Page } from '../../../shared/page.ts';
import { MOD, MOD_CAST_STOP, MOD_CASTS } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, type Viewer } from '../common.ts';

/** Of all bots; what goes out can be ended. */
export function moderatorBroadcastsScreen(viewer: Viewer, { items, next }: Page<BroadcastOfBot>): Screen {
  const { t } = viewer;
  return {
    text: [
      t('cast.modTitle'),
      items.length === 0 ? t('cast.modNone') : items.map((one) => line(viewer, one)).join('\n'),
    ].join('\n\n'),
    buttons: [
      ...items
        .filter(({ broadcast }) => isOpen(broadcast))
        .map(({ broadcast: { id } }) => [button(t('cast.modStop', { id }), MOD_CAST_STOP.data(id))]),
      ...(next === null ? [] : [[button(t('button.more'), MOD_CASTS.data(next))]]),
      [button(t('button.back'), MOD.data())],
    ],
  };
}

function line(viewer: Viewer, { broadcast, bot, counts }: BroadcastOfBot): string {
  const { t } = viewer;
  const { id, status, startsAt, createdAt, total } = broadcast;
  const text = t('cast.line', {
    mark: t(`cast.mark.${status}`),
    id,
    when: date(viewer, startsAt ?? createdAt),
    state: t(`broadcastStatus.${status}`),
    sent: counts.sent,
    total,
  });
  return `@${bot.username}: ${text}`;
}
