import type { ConnectionPage } from '../../modules/merchant-accounts/connection-desk.ts';
import type { OwnerRecord } from '../../modules/moderation/desk/owner-list.ts';
import type { WatchedRecord } from '../../modules/moderation/desk/payment-list.ts';
import type { DeskTariff, DeskTariffWithHistory } from '../../modules/tariffs/tariff-desk-service.ts';
import type { TariffPurpose as Purpose } from '../../modules/tariffs/tariff-gateway.ts';
import type { Connection } from '../contract/moderator/connections.ts';
import type { ListedOwner, TariffPurpose } from '../contract/moderator/owners.ts';
import type { WatchedPayment } from '../contract/moderator/payments.ts';
import type { TariffDetail, TariffReceipt } from '../contract/moderator/tariffs.ts';
import { paymentMethod } from '../contract/payments.ts';
import { toMoney, toPerson, toPlanName } from '../shapes.ts';

const written = (at: Date | null) => at?.toISOString() ?? null;

export function toListedOwner(owner: OwnerRecord): ListedOwner {
  return {
    ...toPerson(owner),
    since: owner.since.toISOString(),
    bots: owner.bots,
    paidUntil: written(owner.paidUntil),
    lastSaleAt: written(owner.lastSaleAt),
  };
}

export function toPurpose(purpose: Purpose): TariffPurpose {
  return purpose.kind === 'tariff'
    ? purpose
    : { kind: 'connection', provider: purpose.provider, bot: purpose.botUsername };
}

export function toWatchedPayment(record: WatchedRecord): WatchedPayment {
  return {
    id: record.id,
    bot: { id: String(record.bot.telegramBotId), username: record.bot.username },
    state: record.status,
    method: paymentMethod.parse(record.method),
    amount: toMoney(record.amount, record.currency),
    listPrice: record.listPrice === null ? null : toMoney(record.listPrice),
    plan: toPlanName(record.plan, record.duration),
    createdAt: record.createdAt.toISOString(),
    approvedAt: written(record.approvedAt),
  };
}

export function toTariffReceipt(tariff: DeskTariff): TariffReceipt {
  const { status, decision } = tariff;
  return {
    id: tariff.id,
    state: status,
    amount: toMoney(tariff.amount),
    purpose: toPurpose(tariff.purpose),
    owner: toPerson(tariff.owner),
    receiptAt: tariff.createdAt.toISOString(),
    file: { kind: tariff.receipt.kind, shown: tariff.receipt.isKept },
    note: tariff.note,
    decision: decision && {
      state: status,
      at: decision.at.toISOString(),
      by: decision.by === null ? null : { name: decision.by, role: 'moderator' },
      reason: null,
    },
    can: status === 'pending' ? ['approve', 'reject'] : [],
  };
}

export function toTariffDetail(tariff: DeskTariffWithHistory): TariffDetail {
  const { approved, rejected, paidUntil, recent } = tariff.history;
  return {
    ...toTariffReceipt(tariff),
    history: {
      approved,
      rejected,
      paidUntil: written(paidUntil),
      recent: recent.map(({ id, status, purpose, amount, at }) => ({
        id,
        state: status,
        purpose: toPurpose(purpose),
        amount: toMoney(amount),
        at: at.toISOString(),
      })),
    },
  };
}

export function toConnection(page: ConnectionPage): Connection {
  const { feePaidAt, keysSetAt, liveAt } = page;
  const can: Connection['can'] = [];
  if (!feePaidAt) can.push('waive');
  if (liveAt) can.push('test');
  else if (keysSetAt) can.push('live');
  return {
    id: page.accountId,
    provider: page.provider,
    bot: { id: String(page.telegramBotId), username: page.botUsername },
    owner: toPerson(page.owner),
    feePaidAt: written(feePaidAt),
    feeWaits: page.feeWaits,
    keysSetAt: written(keysSetAt),
    liveAt: written(liveAt),
    enabled: page.enabled,
    checklist: page.checklist,
    lastAcceptedAt: written(page.lastAcceptedAt),
    lastRefusedAt: written(page.lastRefusedAt),
    can,
  };
}
