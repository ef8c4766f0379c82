import type { NoticeKind, Notices } from '../../../modules/notifications/notice.ts';
import type { Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';
import { countLines, toBroadcasts } from './broadcasts.ts';

type BroadcastNotice = Extract<NoticeKind, 'broadcastPaused' | 'broadcastDone' | 'broadcastEnded'>;

/** What is said of broadcasts to whoever they belong to. */
export const BROADCAST_NOTICE_VIEWS: {
  readonly [K in BroadcastNotice]: (viewer: Viewer, content: Notices[K]['content']) => Screen;
} = {
  broadcastPaused: (viewer, { broadcastId: id, botUsername: bot, reason, total, counts }) => ({
    text: [
      viewer.t('cast.told.paused', { id, bot }),
      viewer.t(`cast.paused.${reason}`),
      countLines(viewer, { total, counts }),
    ].join('\n\n'),
    buttons: [toBroadcasts(viewer, bot, id)],
  }),
  broadcastDone: (viewer, { broadcastId: id, botUsername: bot, total, counts }) => ({
    text: [viewer.t('cast.told.done', { id, bot }), countLines(viewer, { total, counts })].join('\n\n'),
    buttons: [toBroadcasts(viewer, bot)],
  }),
  broadcastEnded: (viewer, { broadcastId: id, botUsername: bot, total, counts }) => ({
    text: [viewer.t('cast.told.cancelled', { id, bot }), countLines(viewer, { total, counts })].join('\n\n'),
    buttons: [toBroadcasts(viewer, bot)],
  }),
};
