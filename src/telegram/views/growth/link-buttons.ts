import type { InlineKeyboardButton } from 'grammy/types';
import type { Viewer } from '../common.ts';

/** A link that invites goes on from here: copied, or sent to somebody at once. */
export function linkButtons(t: Viewer['t'], link: string): InlineKeyboardButton[] {
  return [
    { text: t('refer.copy'), copy_text: { text: link } },
    { text: t('refer.share'), url: `https://t.me/share/url?url=${encodeURIComponent(link)}` },
  ];
}
