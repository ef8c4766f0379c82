import type { WaitingReceipt } from '../../../modules/payments/review-service.ts';
import { CASTS, CONNECT_OWN, HOME, TRY_AS_END_USER } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { receiptButton, type Viewer } from '../common.ts';

/** What whoever decides receipts finds in the seller bot. */
export function ownerDeskScreen(
  viewer: Viewer,
  desk: {
    waiting: { total: number; oldest: WaitingReceipt[] };
    mainBotUsername: string;
    botUsername: string;
    /** They may write to all of its people. */
    mayBroadcast: boolean;
    /** Chats are theirs alone to connect. */
    isOwner: boolean;
  },
  advertisement: string | null,
): Screen {
  const { t } = viewer;
  const { total, oldest } = desk.waiting;
  const words = { count: total, bot: desk.botUsername };
  const text = desk.isOwner
    ? t(total === 0 ? 'ownerDesk.nothingWaits' : 'ownerDesk.waits', words)
    : t(total === 0 ? 'team.deskEmpty' : 'team.desk', words);
  return {
    text: advertisement === null ? text : `${text}\n\n${advertisement}`,
    buttons: [
      ...oldest.map(({ payment, payer }) => [receiptButton(viewer, payment, payer)]),
      [
        {
          text: t(desk.isOwner ? 'ownerDesk.toMainBot' : 'team.toMainBot'),
          url: `https://t.me/${desk.mainBotUsername}`,
        },
      ],
      ...(desk.mayBroadcast ? [[button(t('cast.title'), CASTS.data('0'))]] : []),
      ...(desk.isOwner ? [[button(t('ownerDesk.connect'), CONNECT_OWN.data())]] : []),
      [button(t('ownerDesk.tryIt'), TRY_AS_END_USER.data())],
    ],
  };
}

export function sellerDeskHintScreen({ t }: Viewer): Screen {
  return { text: t('hint.owner'), buttons: [[button(t('button.home'), HOME.data())]] };
}
