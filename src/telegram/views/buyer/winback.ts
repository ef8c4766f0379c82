import type { Notices } from '../../../modules/notifications/notice.ts';
import { formatDay } from '../../../shared/calendar.ts';
import { HOME, MAIL } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';
import { planButton } from './storefront.ts';

/** The plans are at hand, and so is the way to be left alone. */
export function winbackScreen(viewer: Viewer, { chat, plans, gift }: Notices['winback']['content']): Screen {
  const { t } = viewer;
  const chats = [{ id: chat.channelId, type: chat.type }];
  return {
    text: [
      t('winback.text', { title: chat.title }),
      // A date as databases keep it: midnight in UTC.
      ...(gift ? [t('winback.gift', { ...gift, until: formatDay(gift.until, t.language, 'UTC') })] : []),
    ].join('\n\n'),
    buttons: [
      ...plans.map((plan) => [planButton(viewer, chats, plan)]),
      [button(t('button.plans'), HOME.data())],
      [button(t('winback.stop'), MAIL.data('off'))],
    ],
  };
}
