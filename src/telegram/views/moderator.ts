import type {
  AuditLine,
  Dashboard,
  OwnerPage,
  OwnersBot,
  PaymentFilter,
  WatchedPayment,
} from '../../modules/moderation/moderation-service.ts';
import type { Owner } from '../../modules/owners/owner.ts';
import { PAYMENT_STATUSES, type PaymentStatus } from '../../modules/payments/payment-status.ts';
import { providerOf } from '../../modules/payments/providers/attempt.ts';
import {
  daysOf,
  isAmountSetting,
  isDaysSetting,
  MAX_DAYS,
  SETTING_NAMES,
  type SettingName,
} from '../../modules/platform/setting-names.ts';
import type { Statistics } from '../../modules/statistics/statistics.ts';
import { TARIFF_MONTHS } from '../../modules/tariffs/tariff.ts';
import type {
  DecidedTariffReceipt,
  TariffPurpose,
  TariffReceipt,
  TariffReviewContent,
} from '../../modules/tariffs/tariff-gateway.ts';
import type { WaitingTariff } from '../../modules/tariffs/tariff-service.ts';
import { formatCardNumber } from '../../shared/card-number.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { Found, Page } from '../../shared/page.ts';
import {
  HOME,
  MOD,
  MOD_AUDIT,
  MOD_BOT_RELEASE,
  MOD_CASTS,
  MOD_CHART,
  MOD_CONNECTIONS,
  MOD_FIND,
  MOD_HEALTH,
  MOD_OWNER,
  MOD_OWNER_BAN,
  MOD_OWNER_GRANT,
  MOD_OWNER_UNBAN,
  MOD_OWNERS,
  MOD_PAYMENTS,
  MOD_SET,
  MOD_SETTINGS,
  MOD_TARIFF,
  MOD_TARIFF_APPROVE,
  MOD_TARIFF_REJECT,
  MOD_TARIFFS,
} from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import {
  date,
  durationName,
  inPairs,
  money,
  monthsName,
  nameOnButton,
  personName,
  usernameOnButton,
  type Viewer,
} from './common.ts';
import { foundText } from './end-users.ts';
import { panelRow } from './panel-row.ts';
import { withNote } from './review.ts';
import { statisticsText } from './statistics.ts';

const back = ({ t }: Viewer, data: string) => [button(t('button.back'), data)];

/** The platform at a glance, and everything that moderators can open. */
export function moderatorScreen(viewer: Viewer, dashboard: Dashboard, statistics: Statistics): Screen {
  const { t } = viewer;
  const { owners, bots, failingBots, waitingTariffs } = dashboard;
  return {
    text: [
      t('mod.title'),
      t('mod.dashboard', { owners, bots, failingBots }),
      statisticsText(viewer, statistics),
    ].join('\n\n'),
    buttons: [
      [
        button(t('mod.owners'), MOD_OWNERS.data('0')),
        button(t('mod.payments'), MOD_PAYMENTS.data('all', '0')),
      ],
      [
        button(t('mod.tariffs', { count: waitingTariffs }), MOD_TARIFFS.data()),
        button(t('statistics.chart'), MOD_CHART.data()),
      ],
      [button(t('mod.settings'), MOD_SETTINGS.data()), button(t('mod.audit'), MOD_AUDIT.data('0'))],
      [button(t('connection.list'), MOD_CONNECTIONS.data('0')), button(t('mod.health'), MOD_HEALTH.data())],
      [button(t('cast.title'), MOD_CASTS.data('0'))],
      panelRow(viewer, 'mod'),
      back(viewer, HOME.data()),
    ],
  };
}

export function ownersScreen(viewer: Viewer, { items, next }: Page<Owner>): Screen {
  const { t } = viewer;
  return {
    text: items.length === 0 ? t('mod.noOwners') : t('mod.ownersTitle'),
    buttons: [
      ...items.map(ownerRow),
      ...(next === null ? [] : [[button(t('button.more'), MOD_OWNERS.data(next))]]),
      [button(t('endUsers.find'), MOD_FIND.data())],
      back(viewer, MOD.data()),
    ],
  };
}

export function foundOwnersScreen(viewer: Viewer, { items, hasMore }: Found<Owner>): Screen {
  const { t } = viewer;
  return {
    text:
      items.length === 0 ? t('mod.noOwners') : t(foundText(items.length, hasMore), { count: items.length }),
    buttons: [
      ...items.map(ownerRow),
      [button(t('endUsers.find'), MOD_FIND.data())],
      back(viewer, MOD_OWNERS.data('0')),
    ],
  };
}

const ownerRow = (owner: Owner) => [
  button(
    nameOnButton((name) => `${owner.banned ? '🚫 ' : ''}${name}`, owner),
    MOD_OWNER.data(owner.id),
  ),
];

export function askFindOwnerScreen(viewer: Viewer): Screen {
  return {
    text: viewer.t('endUsers.askFind'),
    buttons: [[button(viewer.t('button.cancel'), MOD_OWNERS.data('0'))]],
  };
}

/** Of more than so many managers in all only their number is shown: they would fit into no message. */
const MANAGERS_NAMED = 20;

/** An owner's bots, each with those who help there. */
function botLines({ t }: Viewer, bots: readonly OwnersBot[]): string {
  const areNamed = bots.flatMap(({ team }) => team).length <= MANAGERS_NAMED;
  return bots
    .flatMap(({ state, username, team }) => [
      `${BOT_MARKS[state]} @${username}${areNamed || team.length === 0 ? '' : ` · 👥 ${team.length}`}`,
      ...(areNamed
        ? team.map((one) => t('team.row', { person: personName(one), role: t(`team.role.${one.role}`) }))
        : []),
    ])
    .join('\n');
}

const BOT_MARKS: Record<OwnersBot['state'], string> = {
  runs: '🟢',
  dead: '🔴',
  removed: '🗑',
  released: '↪️',
  handedOver: '🔀',
};
const TARIFF_PAYMENT_MARKS = { pending: '⏳', approved: '✅', rejected: '❌' } as const;

export function ownerScreen(
  viewer: Viewer,
  { owner, since, invitedBy, bots, paidUntil, tariffPayments }: OwnerPage,
): Screen {
  const { t } = viewer;
  const lines = [
    `👤 ${t('endUsers.name', { person: personName(owner) })}`,
    t('endUsers.since', { since: date(viewer, since) }),
    invitedBy ? t('refer.broughtBy', { person: personName(invitedBy) }) : '',
    owner.banned ? t('endUsers.banned') : '',
    paidUntil === null ? t('mod.tariffFree') : t('mod.tariffUntil', { until: date(viewer, paidUntil) }),
    botLines(viewer, bots),
    tariffPayments
      .map(
        ({ id, status, purpose, amount }) =>
          `${TARIFF_PAYMENT_MARKS[status]} ${t('mod.number', { id })}: ${purposeName(viewer, purpose)}, ${money(viewer, amount)}`,
      )
      .join('\n'),
  ];
  const ban = owner.banned
    ? button(t('endUsers.unban'), MOD_OWNER_UNBAN.data(owner.id))
    : button(t('endUsers.ban'), MOD_OWNER_BAN.data(owner.id));
  return {
    text: lines.filter(Boolean).join('\n\n'),
    buttons: [
      TARIFF_MONTHS.map((months) =>
        button(`🎁 ${monthsName(t, months)}`, MOD_OWNER_GRANT.data(owner.id, months)),
      ),
      ...bots
        .filter(({ state }) => state === 'removed' || state === 'handedOver')
        .map(({ telegramBotId, username }) => [
          button(
            usernameOnButton((bot) => t.plain('mod.release', { bot }), username),
            MOD_BOT_RELEASE.data(telegramBotId),
          ),
        ]),
      [ban],
      back(viewer, MOD_OWNERS.data('0')),
    ],
  };
}

const PAYMENT_MARKS: Record<PaymentStatus, string> = {
  created: '🛒',
  pending: '⏳',
  approved: '✅',
  rejected: '❌',
  cancelled: '✖️',
  reversed: '↩️',
};

/** All payments of the platform; a press on a state shows only those. */
export function paymentsScreen(
  viewer: Viewer,
  filter: PaymentFilter,
  { items, next }: Page<WatchedPayment>,
): Screen {
  const { t } = viewer;
  const name = (of: PaymentFilter) => (of === 'all' ? t('mod.allPayments') : t(`paymentStatus.${of}`));
  const lines = items.map(({ id, botUsername, duration, currency, amount, method, status, createdAt }) =>
    [
      `${PAYMENT_MARKS[status]} ${t('mod.number', { id })} · @${botUsername}`,
      `${durationName(t, duration)} · ${money(viewer, amount, currency)} · ${methodName(viewer, method)}`,
      date(viewer, createdAt),
    ].join('\n'),
  );
  const filters = (['all', ...PAYMENT_STATUSES] as const).map((of) =>
    button(`${of === filter ? '• ' : ''}${name(of)}`, MOD_PAYMENTS.data(of, '0')),
  );
  return {
    text: [
      t('mod.paymentsTitle', { filter: name(filter) }),
      ...(lines.length === 0 ? [t('mod.noPayments')] : lines),
    ].join('\n\n'),
    buttons: [
      ...inPairs(filters),
      ...(next === null ? [] : [[button(t('button.more'), MOD_PAYMENTS.data(filter, next))]]),
      back(viewer, MOD.data()),
    ],
  };
}

function methodName({ t }: Viewer, method: string): string {
  const provider = providerOf(method);
  return provider === null ? t.named('paymentMethod', method) : t(`provider.name.${provider}`);
}

/** Who did what to what, and when. */
export function auditScreen(viewer: Viewer, { items, next }: Page<AuditLine>): Screen {
  const { t } = viewer;
  const lines = items.map(({ at, actor, action, target, botUsername }) =>
    [
      date(viewer, at),
      `${t.named('audit', action)} · ${auditTarget(viewer, target)}${botUsername === null ? '' : ` · @${botUsername}`}`,
      auditActor(viewer, actor),
    ].join('\n'),
  );
  return {
    text: [t('mod.auditTitle'), ...(lines.length === 0 ? [t('mod.noAudit')] : lines)].join('\n\n'),
    buttons: [
      ...(next === null ? [] : [[button(t('button.more'), MOD_AUDIT.data(next))]]),
      back(viewer, MOD.data()),
    ],
  };
}

function auditTarget({ t }: Viewer, target: string): string {
  const [noun = '', id = ''] = target.split(':');
  return noun === 'setting' ? t.named('setting', id) : t.named('audit.target', noun, { id });
}

function auditActor({ t }: Viewer, actor: string): string {
  const [role = '', id = ''] = actor.split(':');
  // Of somebody who asked to be forgotten the trail knows no id.
  return t.named('audit.actor', role, { id: id.startsWith('-') ? '—' : id });
}

/** Tariff receipts under review, the oldest first. */
export function tariffsScreen(viewer: Viewer, waiting: readonly WaitingTariff[]): Screen {
  const { t } = viewer;
  return {
    text:
      waiting.length === 0 ? t('mod.noTariffs') : waiting.map((one) => tariffLine(viewer, one)).join('\n\n'),
    buttons: [
      ...waiting.map(({ id }) => [
        button(`🧾 ${t('mod.number', { id })}`, MOD_TARIFF.data(id)),
        button(`✅ ${t('mod.number', { id })}`, MOD_TARIFF_APPROVE.data(id)),
        button(`❌ ${t('mod.number', { id })}`, MOD_TARIFF_REJECT.data(id)),
      ]),
      back(viewer, MOD.data()),
    ],
  };
}

function tariffLine(viewer: Viewer, { id, owner, purpose, amount }: TariffReceipt): string {
  const { t } = viewer;
  const words = { id, person: personName(owner), amount: money(viewer, amount) };
  return purpose.kind === 'tariff'
    ? t('mod.tariffReceipt', { ...words, duration: purposeName(viewer, purpose) })
    : t('connection.receipt', { ...words, connection: purposeName(viewer, purpose) });
}

/** "1 month", or "Payme for @shop". */
function purposeName({ t }: Viewer, purpose: TariffPurpose): string {
  if (purpose.kind === 'tariff') return monthsName(t, purpose.months);
  return t('connection.name', {
    provider: t(`provider.name.${purpose.provider}`),
    bot: purpose.botUsername,
  });
}

/** A tariff receipt before its decision. */
export function tariffReviewScreen(viewer: Viewer, content: TariffReviewContent): Screen {
  const { t } = viewer;
  return {
    text: withNote(viewer, tariffLine(viewer, content), content),
    buttons: [
      [
        button(t('review.approve'), MOD_TARIFF_APPROVE.data(content.id)),
        button(t('review.reject'), MOD_TARIFF_REJECT.data(content.id)),
      ],
    ],
  };
}

/** The same message once it is decided: how, and by whom. */
export function tariffOutcomeScreen(viewer: Viewer, content: DecidedTariffReceipt): Screen {
  const outcome = content.status === 'approved' ? 'mod.tariffApproved' : 'mod.tariffRejected';
  const by = content.reviewedBy === null ? '' : auditActor(viewer, `moderator:${content.reviewedBy}`);
  return {
    text: [tariffLine(viewer, content), viewer.t(outcome, { id: content.id }), by]
      .filter(Boolean)
      .join('\n\n'),
  };
}

export function tariffDecidedScreen(viewer: Viewer, id: number, decision: 'approved' | 'rejected'): Screen {
  return {
    text: viewer.t(decision === 'approved' ? 'mod.tariffApproved' : 'mod.tariffRejected', { id }),
    buttons: [back(viewer, MOD_TARIFFS.data())],
  };
}

/** What is set, whole, and a button for each of it. */
export function settingsScreen(viewer: Viewer, values: ReadonlyMap<string, string>): Screen {
  const { t } = viewer;
  return {
    text: [
      t('mod.settingsTitle'),
      SETTING_NAMES.map((name) => settingLine(viewer, name, values.get(name))).join('\n'),
    ].join('\n\n'),
    buttons: [
      ...inPairs(SETTING_NAMES.map((name) => button(t(`setting.${name}`), MOD_SET.data(name)))),
      back(viewer, MOD.data()),
    ],
  };
}

export function settingLine(viewer: Viewer, name: SettingName, value: string | undefined): string {
  const { t } = viewer;
  return t('mod.setting', { name: t(`setting.${name}`), value: settingValue(viewer, name, value) });
}

function settingValue(viewer: Viewer, name: SettingName, value: string | undefined): string {
  if (isDaysSetting(name)) return viewer.t('duration.days', { count: daysOf(value) });
  if (value === undefined) return '—';
  if (isAmountSetting(name)) return money(viewer, fromDecimalString(value));
  return name === 'card' ? formatCardNumber(value) : value;
}

export function askSettingScreen(viewer: Viewer, name: SettingName, value: string | undefined): Screen {
  const { t } = viewer;
  return {
    text: [
      settingLine(viewer, name, value),
      isDaysSetting(name) ? t(`refer.ask.${name}`, { min: 0, max: MAX_DAYS }) : t('mod.askSetting'),
    ].join('\n\n'),
    buttons: [[button(t('button.cancel'), MOD_SETTINGS.data())]],
  };
}
