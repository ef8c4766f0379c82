import type { AccessContent, FreeLinkContent } from '../../../modules/access/access-gateway.ts';
import { HOME, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, day, timeSpan, type Viewer } from '../common.ts';
import { renewOneByOneButton } from './subscription.ts';

/**
 * The way in, or the new end for somebody who is inside already. The link stands on a button, because a text is forwarded
 * more easily, and no other button takes its place.
 */
export function accessScreen(viewer: Viewer, content: AccessContent): Screen {
  const { t } = viewer;
  const { chat, reason, expiresAt, keptOut, link } = content;
  if (keptOut !== null) {
    const { title } = chat;
    const { graceUntil } = keptOut;
    return {
      text:
        graceUntil === null
          ? t('grace.timeUp', { title })
          : t('grace.noLink', { title, graceUntil: date(viewer, graceUntil) }),
      buttons: [[renewOneByOneButton(viewer)]],
    };
  }
  if (link === null) return insideScreen(viewer, content);
  const until =
    expiresAt === null ? t('access.validForLife') : t('access.validUntil', { until: day(viewer, expiresAt) });
  const words = t('access.link', { title: chat.title, until, left: timeSpan(t, link.leftMs) });
  const join = t(chat.type === 'channel' ? 'access.joinChannel' : 'access.joinGroup');
  return { text: `${t(`access.${reason}`)} ${words}`, buttons: [[{ text: join, url: link.url }]] };
}

/** The same for somebody on the free list, for whom no time runs. */
export function freeLinkScreen({ t }: Viewer, { chat, presence, link }: FreeLinkContent): Screen {
  const { title, type } = chat;
  if (presence === 'banned') {
    return { text: t('free.putOut', { title }), buttons: [[button(t('button.support'), SUPPORT.data())]] };
  }
  if (link === null) {
    return { text: t('free.inside', { title }), buttons: [[button(t('button.home'), HOME.data())]] };
  }
  const join = t(type === 'channel' ? 'access.joinChannel' : 'access.joinGroup');
  return {
    text: t('free.link', { title, left: timeSpan(t, link.leftMs) }),
    buttons: [[{ text: join, url: link.url }]],
  };
}

function insideScreen(viewer: Viewer, { chat, reason, expiresAt }: AccessContent): Screen {
  const { t } = viewer;
  const why = reason === 'again' || reason === 'leaked' ? 'inside' : reason;
  const extended = t('access.extended', { title: chat.title, until: accessUntil(viewer, expiresAt) });
  return {
    text: `${t(`access.${why}`)}\n\n${extended}`,
    buttons: [[button(t('button.home'), HOME.data())]],
  };
}

/** Until when somebody has access, as a sentence. */
export function accessUntil(viewer: Viewer, expiresAt: Date | null): string {
  const { t } = viewer;
  return expiresAt === null ? t('access.forLife') : t('access.until', { until: date(viewer, expiresAt) });
}
