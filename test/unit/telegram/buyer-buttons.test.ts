import { describe, expect, test } from 'vitest';
import { LANGUAGES, translator } from '../../../src/infra/i18n/i18n.ts';
import type { Channel } from '../../../src/modules/channels/channel.ts';
import type { Storefront } from '../../../src/modules/payments/storefront-service.ts';
import type { OwnSubscription } from '../../../src/modules/subscriptions/subscription-service.ts';
import type { Screen } from '../../../src/telegram/common/screen.ts';
import { storefrontScreen } from '../../../src/telegram/views/buyer/storefront.ts';
import { mySubscriptionScreen, renewalButtons } from '../../../src/telegram/views/buyer/subscription.ts';
import { MAX_BUTTON_LENGTH } from '../../../src/telegram/views/common.ts';

const TITLE = 'A club whose owner could not find an end to its name';
const PRICES = [1n, 50_000_00n, 500_000_00n, 12_345_678_00n, 999_999_999_999n];
const DURATIONS = [
  ...[0, 1, 6, 12].map((months) => ({ kind: 'months', months }) as const),
  { kind: 'days', days: 3650 },
  { kind: 'until', endsOn: '2026-12-31' },
] as const;

const channel = (id: number, type: Channel['type']): Channel => ({
  id,
  type,
  title: TITLE,
  telegramChatId: -100n,
  isBasicGroup: false,
  isPublic: false,
  canInvite: true,
  canRestrict: true,
});
const COSTS = [
  ...PRICES.map((price) => ({ price, starsPrice: null })),
  ...[1, 100_000].map((starsPrice) => ({ price: 50_000_00n, starsPrice })),
];
const each = COSTS.flatMap((cost) => DURATIONS.map((duration) => ({ ...cost, duration })));

const held = (id: number, renewal: OwnSubscription['renewal']): OwnSubscription => ({
  id,
  channel: channel(id, 'channel'),
  expiresAt: new Date(0),
  graceUntil: null,
  joinedAt: null,
  isInside: false,
  renewal,
});

describe.each(LANGUAGES)('whatever it costs and is called, in %s', (language) => {
  const viewer = { t: translator(language), timeZone: 'Asia/Tashkent' };
  const labels = ({ buttons = [] }: Pick<Screen, 'buttons'>) => buttons.flat().map(({ text }) => text);

  test('a buyer’s buttons fit a telephone, and no price is cut', () => {
    const storefront: Storefront = {
      welcomeMessage: null,
      subscriptions: [],
      isBanned: false,
      chats: [channel(0, 'channel'), channel(1, 'group')],
      plans: [[0], [1], [0, 1]].flatMap((channelIds) =>
        each.flatMap((plan, id) =>
          [null, 'Yozgi chegirma bilan'].flatMap((name) =>
            [false, true].map((isTrial) => ({ id: id + 1, channelIds, name, isTrial, offer: null, ...plan })),
          ),
        ),
      ),
      freeChats: [channel(0, 'channel'), channel(1, 'group')],
      typedCode: null,
      hasCodes: true,
      rewardsInviters: true,
      advertisement: { shown: false },
    };
    const renewals = each.map((plan, id) => ({ planId: id + 1, ...plan }));
    const shown = [
      storefrontScreen(viewer, storefront, null),
      ...renewals.map((renewal) => ({ buttons: renewalButtons(viewer, renewal) })),
      ...renewals.map((renewal) => mySubscriptionScreen(viewer, [held(1, renewal)])),
      ...renewals.map((renewal) => mySubscriptionScreen(viewer, [held(1, renewal), held(2, renewal)])),
    ].flatMap(labels);
    for (const label of shown) expect(Array.from(label).length, label).toBeLessThanOrEqual(MAX_BUTTON_LENGTH);
    for (const label of shown.filter((one) => /\d/.test(one))) expect(label).not.toMatch(/…$/);
  });

  test('of several each renewal and each way in is called by its chat', () => {
    const renewal = { planId: 1, duration: DURATIONS[1], price: 50_000_00n, starsPrice: null };
    const [first = '', second = '', , third = ''] = labels(
      mySubscriptionScreen(viewer, [held(1, renewal), held(2, { ...renewal, planId: 2 })]),
    );
    expect([first, second]).toEqual([first, first]);
    expect(first).toMatch(/^🔁 A club whose ow.*… · 50/);
    expect(third).toMatch(/^🔗 A club whose ow…|^🔗 A club whose o.*…$/);
  });

  test('of several that one plan renews there is one renewal, and no way in for whoever is inside', () => {
    const renewal = { planId: 1, duration: DURATIONS[1], price: 50_000_00n, starsPrice: null };
    const inside = { ...held(2, renewal), isInside: true };
    const inGrace = { ...held(3, renewal), graceUntil: new Date(1) };
    const { buttons } = mySubscriptionScreen(viewer, [held(1, renewal), inside, inGrace]);
    const data = buttons?.flat().map((one) => ('callback_data' in one ? one.callback_data : null));
    expect(data).toEqual(['plan:1', 'home', 'relink:1', 'home']);
  });
});
