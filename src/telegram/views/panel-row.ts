import type { InlineKeyboardButton } from 'grammy/types';
import { PANEL } from '../common/routes.ts';
import { button } from '../common/screen.ts';
import { panelButton, type Viewer } from './common.ts';

/** Into the panel: at once where Telegram opens it, and by the ways that lead there from elsewhere. */
export function panelRow(viewer: Viewer, path: string): InlineKeyboardButton[] {
  const { t } = viewer;
  const here = panelButton(viewer, t('panel.button'), path);
  return [...here, button(t(here.length === 0 ? 'panel.button' : 'panel.browserButton'), PANEL.data())];
}
