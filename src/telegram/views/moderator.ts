import type { OwnerPage, SettingName } from '../../modules/moderation/moderation-service.ts';
import { SETTING_NAMES } from '../../modules/moderation/moderation-service.ts';
import type { TariffReviewContent } from '../../modules/notifications/message-gateway.ts';
import type { Owner } from '../../modules/owners/owner.ts';
import { TARIFF_MONTHS } from '../../modules/tariffs/tariff.ts';
import type { WaitingTariff } from '../../modules/tariffs/tariff-service.ts';
import { formatCardNumber } from '../../shared/card-number.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { Page } from '../../shared/page.ts';
import {
  HOME,
  MOD,
  MOD_OWNER,
  MOD_OWNER_BAN,
  MOD_OWNER_GRANT,
  MOD_OWNER_UNBAN,
  MOD_OWNERS,
  MOD_SET,
  MOD_SETTINGS,
  MOD_TARIFF_APPROVE,
  MOD_TARIFF_REJECT,
  MOD_TARIFFS,
} from '../routes.ts';
import { button, type Screen } from '../screen.ts';
import { date, durationName, money, personName, type Reader, shorten } from './common.ts';

const MAX_NAME_ON_BUTTON = 40;

const back = ({ t }: Reader, data: string) => [button(t('button.back'), data)];

export function moderatorScreen(reader: Reader): Screen {
  const { t } = reader;
  return {
    text: t('mod.title'),
    buttons: [
      [button(t('mod.owners'), MOD_OWNERS.data('0')), button(t('mod.tariffs'), MOD_TARIFFS.data())],
      [button(t('mod.settings'), MOD_SETTINGS.data())],
      back(reader, HOME.data()),
    ],
  };
}

export function ownersScreen(reader: Reader, { items, next }: Page<Owner>): Screen {
  const { t } = reader;
  return {
    text: t('mod.ownersTitle'),
    buttons: [
      ...items.map((owner) => [
        button(
          `${owner.banned ? '🚫 ' : ''}${shorten(owner.fullName, MAX_NAME_ON_BUTTON)}`,
          MOD_OWNER.data(owner.id),
        ),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), MOD_OWNERS.data(next))]]),
      back(reader, MOD.data()),
    ],
  };
}

export function ownerScreen(reader: Reader, { owner, bots, paidUntil }: OwnerPage): Screen {
  const { t } = reader;
  const lines = [
    `👤 ${t('endUsers.name', { person: personName(owner) })}`,
    owner.banned ? t('endUsers.banned') : '',
    paidUntil === null ? t('tariff.free') : t('tariff.paidUntil', { until: date(reader, paidUntil) }),
    bots.map((bot) => `${bot.isActive ? '🟢' : '🔴'} @${bot.username}`).join('\n'),
  ];
  const ban = owner.banned
    ? button(t('endUsers.unban'), MOD_OWNER_UNBAN.data(owner.id))
    : button(t('endUsers.ban'), MOD_OWNER_BAN.data(owner.id));
  return {
    text: lines.filter(Boolean).join('\n\n'),
    buttons: [
      TARIFF_MONTHS.map((months) =>
        button(`🎁 ${durationName(t, months)}`, MOD_OWNER_GRANT.data(owner.id, months)),
      ),
      [ban],
      back(reader, MOD_OWNERS.data('0')),
    ],
  };
}

export function tariffsScreen(reader: Reader, waiting: readonly WaitingTariff[]): Screen {
  const { t } = reader;
  return {
    text:
      waiting.length === 0 ? t('mod.noTariffs') : waiting.map((one) => tariffLine(reader, one)).join('\n\n'),
    buttons: [
      ...waiting.map(({ id }) => [
        button(`✅ № ${id}`, MOD_TARIFF_APPROVE.data(id)),
        button(`❌ № ${id}`, MOD_TARIFF_REJECT.data(id)),
      ]),
      back(reader, MOD.data()),
    ],
  };
}

function tariffLine(
  reader: Reader,
  { id, owner, months, amount }: Pick<TariffReviewContent, 'id' | 'owner' | 'months' | 'amount'>,
): string {
  return reader.t('mod.tariffReceipt', {
    id,
    person: personName(owner),
    duration: durationName(reader.t, months),
    amount: money(reader, amount),
  });
}

/** A tariff receipt before its decision. */
export function tariffReviewScreen(reader: Reader, content: TariffReviewContent): Screen {
  const { t } = reader;
  return {
    text: tariffLine(reader, content),
    buttons: [
      [
        button(t('review.approve'), MOD_TARIFF_APPROVE.data(content.id)),
        button(t('review.reject'), MOD_TARIFF_REJECT.data(content.id)),
      ],
    ],
  };
}

export function tariffDecidedScreen(reader: Reader, id: number, decision: 'approved' | 'rejected'): Screen {
  return {
    text: reader.t(decision === 'approved' ? 'mod.tariffApproved' : 'mod.tariffRejected', { id }),
    buttons: [back(reader, MOD_TARIFFS.data())],
  };
}

export function settingsScreen(reader: Reader, values: ReadonlyMap<string, string>): Screen {
  const { t } = reader;
  return {
    text: t('mod.settingsTitle'),
    buttons: [
      ...SETTING_NAMES.map((name) => [
        button(
          `${t(`setting.${name}`)}: ${settingValue(reader, name, values.get(name))}`,
          MOD_SET.data(name),
        ),
      ]),
      back(reader, MOD.data()),
    ],
  };
}

function settingValue(reader: Reader, name: SettingName, value: string | undefined): string {
  if (value === undefined) return '—';
  if (name.startsWith('price')) return money(reader, fromDecimalString(value));
  return shorten(name === 'card' ? formatCardNumber(value) : value, MAX_NAME_ON_BUTTON);
}

export function askSettingScreen(reader: Reader, name: SettingName): Screen {
  return {
    text: reader.t('mod.askSetting', { name: reader.t(`setting.${name}`) }),
    buttons: [[button(reader.t('button.cancel'), MOD_SETTINGS.data())]],
  };
}
