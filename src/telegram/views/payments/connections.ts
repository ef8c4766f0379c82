import { CHECKS } from '../../../modules/merchant-accounts/checklist.ts';
import type { ConnectionPage, ListedConnection } from '../../../modules/merchant-accounts/connection-desk.ts';
import type { ForeignRefund, Refund } from '../../../modules/payments/refunds/refund.ts';
import type { Page } from '../../../shared/page.ts';
import {
  MOD,
  MOD_CONNECTION,
  MOD_CONNECTION_KEYS,
  MOD_CONNECTION_LIVE,
  MOD_CONNECTION_TEST,
  MOD_CONNECTION_WAIVE,
  MOD_CONNECTIONS,
  MOD_TARIFFS,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, money, ownerButton, personName, usernameOnButton, type Viewer } from '../common.ts';

interface OverdueRefunds {
  total: number;
  oldest: (Refund | ForeignRefund)[];
}

/** Providers that owners connect: those that wait for a moderator first. */
export function connectionsScreen(
  viewer: Viewer,
  { items, next }: Page<ListedConnection>,
  overdue: OverdueRefunds,
): Screen {
  const { t } = viewer;
  return {
    text: [
      items.length === 0 ? t('connection.none') : t('connection.listTitle'),
      ...(overdue.total === 0 ? [] : [overdueText(viewer, overdue)]),
    ].join('\n\n'),
    buttons: [
      ...items.map((one) => [
        button(
          usernameOnButton(
            (bot) => `${markOf(one)} ${t.plain(`provider.name.${one.provider}`)} · ${bot}`,
            one.botUsername,
          ),
          MOD_CONNECTION.data(one.accountId),
        ),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), MOD_CONNECTIONS.data(next))]]),
      [button(t('button.back'), MOD.data())],
    ],
  };
}

/** Money that owners have let wait. */
function overdueText(viewer: Viewer, { total, oldest }: OverdueRefunds): string {
  const { t } = viewer;
  const lines = oldest.map((refund) => {
    const words = {
      bot: refund.botUsername,
      amount: money(viewer, refund.amount, refund.currency),
      since: date(viewer, refund.createdAt),
    };
    if (refund.person === null) return t('refund.overdueForeignLine', words);
    const provider = t(`provider.name.${refund.provider}`);
    return t('refund.overdueLine', { ...words, provider, order: refund.paymentId });
  });
  return [t('refund.overdueList', { count: total }), ...lines].join('\n');
}

function markOf({ feePaidAt, keysSetAt, liveAt }: ListedConnection): string {
  if (liveAt) return '🟢';
  if (keysSetAt) return '🔑';
  return feePaidAt ? '💰' : '⏳';
}

/** One of them: how far it is, and what a moderator can do about it. Of its keys it says no more than that they are there. */
export function connectionScreen(viewer: Viewer, page: ConnectionPage): Screen {
  const { t } = viewer;
  const { accountId, liveAt, keysSetAt, feePaidAt, owner } = page;
  const at = (key: 'accepted' | 'lastRefused', moment: Date | null) =>
    t(`connection.${key}`, { at: moment ? date(viewer, moment) : '—' });
  return {
    text: [
      `🔌 <b>${t('connection.name', { provider: t(`provider.name.${page.provider}`), bot: page.botUsername })}</b>\n${t('connection.owner', { person: personName(owner) })}`,
      [
        feeLine(viewer, page),
        keysSetAt ? t('connection.keysSet', { at: date(viewer, keysSetAt) }) : t('connection.keysMissing'),
        stateLine(viewer, page),
      ].join('\n'),
      checklistText(viewer, page),
      [at('accepted', page.lastAcceptedAt), at('lastRefused', page.lastRefusedAt)].join('\n'),
    ].join('\n\n'),
    buttons: [
      ...(page.feeWaits ? [[button(t('connection.toReceipts'), MOD_TARIFFS.data())]] : []),
      ...(feePaidAt ? [] : [[button(t('connection.waive'), MOD_CONNECTION_WAIVE.data(accountId))]]),
      [button(t('connection.keys'), MOD_CONNECTION_KEYS.data(accountId))],
      ...(liveAt ? [[button(t('connection.toTest'), MOD_CONNECTION_TEST.data(accountId))]] : []),
      ...(keysSetAt && !liveAt
        ? [[button(t('connection.goLive'), MOD_CONNECTION_LIVE.data(accountId))]]
        : []),
      [ownerButton(owner)],
      [button(t('button.back'), MOD_CONNECTIONS.data('0'))],
    ],
  };
}

function feeLine(viewer: Viewer, { feePaidAt, feeWaits }: ConnectionPage): string {
  const { t } = viewer;
  if (feePaidAt) return t('connection.feeSettled', { at: date(viewer, feePaidAt) });
  return feeWaits ? t('connection.feeWaits') : t('connection.feeMissing');
}

function stateLine(viewer: Viewer, { liveAt, enabled }: ConnectionPage): string {
  const { t } = viewer;
  if (!liveAt) return t('connection.notLive');
  return t(enabled ? 'connection.liveSince' : 'connection.switchedOff', { at: date(viewer, liveAt) });
}

/** What its provider has tried, and what is missing. */
export function checklistText(
  { t }: Pick<Viewer, 't'>,
  { checklist }: Pick<ConnectionPage, 'checklist'>,
): string {
  const lines = CHECKS.map((check) => `${checklist[check] ? '✅' : '⬜️'} ${t(`connection.check.${check}`)}`);
  const missing = CHECKS.filter((check) => !checklist[check]).length;
  return [
    missing === 0 ? t('connection.allTested') : t('connection.testsMissing', { count: missing }),
    ...lines,
  ].join('\n');
}
