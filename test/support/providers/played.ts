import { Click } from '../../../sandbox/providers/click.ts';
import { Payme } from '../../../sandbox/providers/payme.ts';
import { Uzum } from '../../../sandbox/providers/uzum.ts';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';
import type { BadLine } from './bad-line.ts';
import { connectClick } from './click-caller.ts';
import { connectPayme } from './payme-caller.ts';
import { connectUzum } from './uzum-caller.ts';

interface Played {
  payme: Payme;
  click: Click;
  uzum: Uzum;
}

type Platformed = Pick<Platform, 'database' | 'encryptionKey' | 'clock' | 'app'> & {
  /** What the provider calls through. */
  line?: Pick<BadLine, 'origin'>;
};

let shops = 0;

const PLAYED: {
  [P in keyof Played]: (platform: Platformed, shop: Pick<Shop, 'shop'>) => Promise<Played[P]>;
} = {
  async payme(platform, shop) {
    const keys = { live: `live-key-played-${shops}`, test: `test-key-played-${shops}` };
    await connectPayme(platform, shop, { keys });
    const endpoint = () => `${platform.line?.origin ?? platform.app.origin}/payme/${shop.shop.id}`;
    const cashboxId = '0123456789abcdef01234567';
    return new Payme({ endpoint, cashboxId, key: keys.live, testKey: keys.test }, platform.clock);
  },
  async click(platform, shop) {
    const { secret, serviceId } = await connectClick(platform, shop);
    const address = (operation: string) => () =>
      `${platform.line?.origin ?? platform.app.origin}/click/${shop.shop.id}/${operation}`;
    const urls = { prepareUrl: address('prepare'), completeUrl: address('complete') };
    const merchant = { ...urls, serviceId, secret, merchantId: '6789', merchantUserId: '9876' };
    return new Click(merchant, platform.clock);
  },
  async uzum(platform, shop) {
    const { serviceId, login, password } = await connectUzum(platform, shop);
    const baseUrl = () => `${platform.line?.origin ?? platform.app.origin}/uzum/${shop.shop.id}`;
    const merchant = { baseUrl, serviceId: String(serviceId), login, password, test: null };
    return new Uzum(merchant, platform.clock);
  },
};

/** A bot of somebody on a paid tariff has a live account at a provider. @returns the provider, who calls that bot */
export async function connectProvider<P extends keyof Played>(
  platform: Platformed,
  { shop }: Pick<Shop, 'shop'>,
  provider: P,
): Promise<Played[P]> {
  shops += 1;
  const { database, clock } = platform;
  const bot = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id), removedAt: null },
  });
  const active = { ownerId: bot.ownerId, status: 'active' };
  if ((await database.tariffPeriod.count({ where: active })) === 0) {
    const inAYear = new Date(clock.now().getTime() + 365 * DAY_MS);
    const period = { plan: '1month', startedAt: clock.now(), expiresAt: inAYear, amountPaid: 0 };
    await database.tariffPeriod.create({ data: { ...active, ...period } });
  }
  return await PLAYED[provider](platform, { shop });
}

/** Somebody chooses a provider for the shop's month. @returns the link of the button that opens its page */
export async function choosesToPay(
  { shop, planId }: Pick<Shop, 'shop' | 'planId'>,
  buyer: SandboxPerson,
  provider: keyof Played,
): Promise<string> {
  await buyer.presses(shop, `pay:${planId}:${provider}`);
  const { last } = buyer.chatWith(shop);
  const link = last?.buttons.flat().find(({ url }) => url?.startsWith('https://'))?.url;
  if (link === undefined) throw new Error(`There is nothing to pay by: ${last?.text}`);
  return link;
}
