import type { NoticeKind, Notices } from '../../../modules/notifications/notice.ts';
import {
  BOT_PAY_CONNECT,
  BOT_PAY_KEYS,
  BOT_PAY_METHOD,
  MOD_CONNECTION,
  SUPPORT,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { personName, type Viewer } from '../common.ts';

type ConnectionNotice = Extract<NoticeKind, `connection${string}`>;
type Connection = Notices['connectionLive']['content'];

/** How it goes on with a provider that is being connected. */
export const CONNECTION_NOTICE_VIEWS: {
  readonly [K in ConnectionNotice]: (viewer: Viewer, content: Notices[K]['content']) => Screen;
} = {
  connectionPaid: ({ t }, { hasKeys, ...connection }) => ({
    text: t(hasKeys ? 'connection.paidWithKeys' : 'connection.paid', words({ t }, connection)),
    buttons: [...(hasKeys ? [] : [toKeys({ t }, connection)]), toPage({ t }, connection)],
  }),
  connectionRejected: ({ t }, connection) => ({
    text: t('connection.rejected', words({ t }, connection)),
    buttons: [
      [
        button(
          t('connection.again', words({ t }, connection)),
          BOT_PAY_CONNECT.data(connection.telegramBotId, connection.provider),
        ),
      ],
      [button(t('menu.support'), SUPPORT.data())],
    ],
  }),
  connectionReady: ({ t }, { owner, ...connection }) => ({
    text: t('connection.ready', { ...words({ t }, connection), person: personName(owner) }),
    buttons: [[button(t('connection.open'), MOD_CONNECTION.data(connection.accountId))]],
  }),
  connectionLive: ({ t }, connection) => ({
    text: t('connection.live', words({ t }, connection)),
    buttons: [toPage({ t }, connection)],
  }),
  connectionRefused: ({ t }, { calls, ...connection }) => ({
    text: t('connection.refused', { ...words({ t }, connection), calls }),
    buttons: [toKeys({ t }, connection), toPage({ t }, connection)],
  }),
};

function words({ t }: Pick<Viewer, 't'>, { provider, botUsername }: Connection) {
  return { provider: t(`provider.name.${provider}`), bot: botUsername };
}

function toKeys({ t }: Pick<Viewer, 't'>, { telegramBotId, provider }: Connection) {
  return [button(t('connection.keys'), BOT_PAY_KEYS.data(telegramBotId, provider))];
}

function toPage({ t }: Pick<Viewer, 't'>, connection: Connection) {
  return [
    button(
      t('connection.page', { provider: t(`provider.name.${connection.provider}`) }),
      BOT_PAY_METHOD.data(connection.telegramBotId, connection.provider),
    ),
  ];
}
