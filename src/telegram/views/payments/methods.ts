import type {
  AccountAtAGlance,
  AccountPage,
  MethodsPage,
} from '../../../modules/merchant-accounts/account-page.ts';
import { PROVIDERS, type Provider } from '../../../modules/merchant-accounts/merchant-account.ts';
import type { TestOrder } from '../../../modules/payments/providers/test-order-service.ts';
import type { StarsPage } from '../../../modules/payments/stars/star-setup-service.ts';
import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import {
  BOT,
  BOT_CARD,
  BOT_PAY,
  BOT_PAY_CONNECT,
  BOT_PAY_FISCAL,
  BOT_PAY_KEYS,
  BOT_PAY_METHOD,
  BOT_PAY_OFF,
  BOT_PAY_ON,
  BOT_PAY_REMOVE,
  BOT_PAY_REMOVE_YES,
  BOT_PAY_TEST,
  BOT_PAY_URLS,
  BOT_REFUNDS,
  TARIFF,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, day, money, plainAmount, type Viewer } from '../common.ts';
import { cardLine } from '../owner/bot-page.ts';
import { checklistText } from './connections.ts';
import { starsLine } from './stars.ts';

type Words = Pick<Viewer, 't'>;
type OfBot = Pick<SellerBot, 'telegramBotId' | 'username'>;

/** Every method, with what is between it and the buyers. */
export function methodsScreen(
  { t }: Viewer,
  bot: SellerBot,
  page: MethodsPage & { stars: StarsPage },
): Screen {
  const { telegramBotId: id } = bot;
  const card = cardState(bot, page);
  const states = PROVIDERS.map((provider) => {
    const account = page.accounts.find((one) => one.provider === provider) ?? null;
    return [provider, stateOf(account, page)] as const;
  });
  return {
    text: [
      t('connect.title', { bot: bot.username }),
      [
        `${MARKS[card]} ${t('paymentMethod.card')}: ${t(`connect.state.${card}`)}`,
        ...states.map(
          ([provider, state]) => `${MARKS[state]} ${nameOf({ t }, provider)}: ${t(`connect.state.${state}`)}`,
        ),
        starsLine({ t }, page.stars),
      ].join('\n'),
    ].join('\n\n'),
    buttons: [
      [button(t('paymentMethod.card'), BOT_PAY_METHOD.data(id, 'card'))],
      ...PROVIDERS.map((provider) => [
        button(
          t('connection.page', { provider: nameOf({ t }, provider) }),
          BOT_PAY_METHOD.data(id, provider),
        ),
      ]),
      [button(t('paymentMethod.stars'), BOT_PAY_METHOD.data(id, 'stars'))],
      [button(t('refund.button'), BOT_REFUNDS.data(id, '0'))],
      [button(t('button.back'), BOT.data(id))],
    ],
  };
}

const MARKS = {
  none: '⬜️',
  noCard: '⬜️',
  fee: '⏳',
  keys: '⏳',
  waits: '⏳',
  off: '⏸',
  noTariff: '⏸',
  noAddress: '⏸',
  on: '🟢',
} as const;
type State = keyof typeof MARKS;

function cardState({ cardNumber }: SellerBot, { isCardEnabled }: MethodsPage): State {
  if (!isCardEnabled) return 'off';
  return cardNumber === null ? 'noCard' : 'on';
}

function stateOf(account: AccountAtAGlance | null, { hasTariff, hasAddress }: MethodsPage): State {
  if (!account) return 'none';
  if (!account.feePaidAt && !account.keysSetAt) return 'fee';
  if (!account.keysSetAt) return 'keys';
  if (!account.liveAt) return 'waits';
  if (!account.enabled) return 'off';
  if (!hasTariff) return 'noTariff';
  return hasAddress ? 'on' : 'noAddress';
}

/** Transfers to the owner's card. */
export function cardMethodScreen(viewer: Viewer, bot: SellerBot, page: MethodsPage): Screen {
  const { t } = viewer;
  const { telegramBotId: id } = bot;
  const state = cardState(bot, page);
  return {
    text: [
      `<b>${t('paymentMethod.card')}</b>, @${bot.username}`,
      [`${MARKS[state]} ${t(`connect.state.${state}`)}`, cardLine(viewer, bot)].filter(Boolean).join('\n'),
      t('connect.terms'),
    ].join('\n\n'),
    buttons: [
      [
        page.isCardEnabled
          ? button(t('connect.switchOff'), BOT_PAY_OFF.data(id, 'card'))
          : button(t('connect.switchOn'), BOT_PAY_ON.data(id, 'card')),
        button(t('bot.cardButton'), BOT_CARD.data(id)),
      ],
      toMethods({ t }, bot),
    ],
  };
}

interface ProviderOnPage {
  bot: SellerBot;
  provider: Provider;
  /** Null: it is not connected. */
  account: AccountPage | null;
  methods: MethodsPage;
}

/** One provider: what connecting takes, or how it is and what can be done. */
export function providerScreen(viewer: Viewer, page: ProviderOnPage): Screen {
  const { t } = viewer;
  const { bot, provider, account, methods } = page;
  const { telegramBotId: id } = bot;
  const words = { provider: nameOf({ t }, provider), bot: bot.username };
  const toConnect = [button(t('connection.again', words), BOT_PAY_CONNECT.data(id, provider))];
  if (account === null || !(account.feePaidAt || account.keysSetAt)) {
    const state = stateOf(account, methods);
    return {
      text: [
        t('connect.intro', words),
        ...(state === 'none' ? [] : [`${MARKS[state]} ${t(`connect.state.${state}`)}`]),
        t('connect.terms'),
      ].join('\n\n'),
      buttons: [toConnect, ...(account ? [toRemove({ t }, bot, provider)] : []), toMethods({ t }, bot)],
    };
  }
  return {
    text: [...standing(viewer, { ...page, account }), t('connect.terms')].join('\n\n'),
    buttons: [
      ...(account.liveAt ? [[toSwitch({ t }, bot, account)]] : []),
      ...(methods.hasTariff ? [] : [[button(t('connect.toTariff'), TARIFF.data())]]),
      ...(account.keysSetAt
        ? [
            [
              button(t('connect.paste'), BOT_PAY_URLS.data(id, provider)),
              button(t('connect.test'), BOT_PAY_TEST.data(id, provider)),
            ],
            [
              button(t('connect.newKeys'), BOT_PAY_KEYS.data(id, provider)),
              button(t('connect.fiscal.button'), BOT_PAY_FISCAL.data(id, provider)),
            ],
          ]
        : [[button(t('connection.keys'), BOT_PAY_KEYS.data(id, provider))]]),
      toRemove({ t }, bot, provider),
      toMethods({ t }, bot),
    ],
  };
}

function standing(
  viewer: Viewer,
  { bot, provider, account, methods }: ProviderOnPage & { account: AccountPage },
): string[] {
  const { t } = viewer;
  const state = stateOf(account, methods);
  const { keysSetAt, lastAcceptedAt, lastRefusedAt, ikpu, packageCode, vatPercent } = account;
  const at = (key: 'accepted' | 'lastRefused', moment: Date | null) =>
    t(`connection.${key}`, { at: moment ? date(viewer, moment) : '—' });
  return [
    `🔌 <b>${nameOf({ t }, provider)}</b>, @${bot.username}`,
    [
      `${MARKS[state]} ${t(`connect.state.${state}`)}`,
      ...(keysSetAt ? [t('connect.keysSet', { at: day(viewer, keysSetAt) })] : []),
    ].join('\n'),
    ...(keysSetAt
      ? [
          checklistText(viewer, account),
          [at('accepted', lastAcceptedAt), at('lastRefused', lastRefusedAt)].join('\n'),
        ]
      : []),
    ...(ikpu === null && packageCode === null && vatPercent === null
      ? []
      : [
          t('connect.fiscal.line', {
            ikpu: ikpu ?? '—',
            packageCode: packageCode ?? '—',
            vat: vatPercent ?? '—',
          }),
        ]),
  ];
}

function toSwitch({ t }: Words, { telegramBotId: id }: OfBot, { enabled, provider }: AccountAtAGlance) {
  return enabled
    ? button(t('connect.switchOff'), BOT_PAY_OFF.data(id, provider))
    : button(t('connect.switchOn'), BOT_PAY_ON.data(id, provider));
}

function toRemove({ t }: Words, { telegramBotId }: OfBot, provider: Provider) {
  return [button(t('bot.remove'), BOT_PAY_REMOVE.data(telegramBotId, provider))];
}

function toMethods({ t }: Words, { telegramBotId }: OfBot) {
  return [button(t('button.back'), BOT_PAY.data(telegramBotId))];
}

function toProvider({ t }: Words, { telegramBotId }: OfBot, provider: Provider) {
  return [button(t('button.back'), BOT_PAY_METHOD.data(telegramBotId, provider))];
}

/** Why it cannot be connected now. */
export function neededScreen(
  { t }: Viewer,
  bot: OfBot,
  provider: Provider,
  needs: 'needsTariff' | 'needsAddress',
): Screen {
  return {
    text: t(`connect.${needs}`, { provider: nameOf({ t }, provider) }),
    buttons: [
      ...(needs === 'needsTariff' ? [[button(t('connect.toTariff'), TARIFF.data())]] : []),
      toProvider({ t }, bot, provider),
    ],
  };
}

/** What to enter in the provider's cabinet; each of it can be copied. No address holds a secret. */
export function pasteScreen({ t }: Viewer, bot: OfBot, provider: Provider, address: string): Screen {
  const values = PASTED[provider](address);
  return {
    text: t(`connect.paste_${provider}`, Object.fromEntries(values)),
    buttons: [
      ...values.map(([name, value]) => [{ text: t(`connect.copy.${name}`), copy_text: { text: value } }]),
      toProvider({ t }, bot, provider),
    ],
  };
}

type Pasted = readonly (readonly [name: 'url' | 'prepareUrl' | 'completeUrl' | 'field', value: string])[];

const PASTED: { readonly [P in Provider]: (address: string) => Pasted } = {
  payme: (address) => [
    ['url', address],
    ['field', 'order_id'],
  ],
  click: (address) => [
    ['prepareUrl', `${address}/prepare`],
    ['completeUrl', `${address}/complete`],
  ],
  uzum: (address) => [
    ['url', address],
    ['field', 'order_id'],
  ],
};

export function testOrderScreen(
  viewer: Viewer,
  bot: OfBot,
  order: TestOrder & { provider: Provider; hasTestKey: boolean },
): Screen {
  const { t } = viewer;
  const { provider, paymentId, amount, link, hasTestKey } = order;
  const { telegramBotId: id } = bot;
  const words = { id: paymentId, provider: nameOf({ t }, provider), bot: bot.username };
  return {
    text: [
      t('connect.testOrder', { ...words, amount: money(viewer, amount), link }),
      ...(hasTestKey ? [] : [t('connect.noTestKey', words)]),
    ].join('\n\n'),
    buttons: [
      [{ text: t('connect.payTest'), url: link }],
      [
        { text: t('connect.copy.number'), copy_text: { text: String(paymentId) } },
        { text: t('checkout.copyAmount'), copy_text: { text: plainAmount(amount) } },
      ],
      [button(t('connect.anotherTest'), BOT_PAY_TEST.data(id, provider))],
      toProvider({ t }, bot, provider),
    ],
  };
}

/** Click writes fiscal receipts by itself, and of Uzum's nothing is known to its shops. */
export function fiscalElsewhereScreen({ t }: Viewer, bot: OfBot, provider: 'click' | 'uzum'): Screen {
  return { text: t(`connect.fiscal.${provider}`), buttons: [toProvider({ t }, bot, provider)] };
}

export function askRemoveProviderScreen({ t }: Viewer, bot: OfBot, provider: Provider): Screen {
  const { telegramBotId: id, username } = bot;
  return {
    text: t('connect.askRemove', { provider: nameOf({ t }, provider), bot: username }),
    buttons: [
      [button(t('bot.removeYes'), BOT_PAY_REMOVE_YES.data(id, provider))],
      toProvider({ t }, bot, provider),
    ],
  };
}

function nameOf({ t }: Words, provider: Provider): string {
  return t(`provider.name.${provider}`);
}
