import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../sandbox/sandbox.ts';
import {
  buyAccess,
  holdsLink,
  type Market,
  newBuyer,
  openShop,
  payFor,
  type Shop,
} from '../../test/support/shop.ts';

/** What became of the bots that came and went. */
export interface LivesLived {
  added: number;
  removed: number;
  revoked: number;
  sold: number;
  delivered: number;
  injected: number;
}

const SALES_EACH = 2;
const PATIENCE_MS = 60_000;
/** As a person takes a moment; and the played Telegram keeps every message. */
const PAUSE_MS = 1_000;

const FAULTS: readonly Fault[] = [
  { kind: 'tooManyRequests', retryAfter: 1 },
  { kind: 'serverError', status: 502 },
  { kind: 'dropBefore' },
];

/** Owners bring bots that sell; some stay, some are removed, some lose their token and get a new one. */
export async function liveLives(market: Market, until: () => boolean): Promise<LivesLived> {
  const lived: LivesLived = { added: 0, removed: 0, revoked: 0, sold: 0, delivered: 0, injected: 0 };
  const fates = [stays, isRevoked, isRemoved];
  for (let turn = 0; turn < fates.length || !until(); turn += 1) {
    const shop = await openShop(market);
    lived.added += 1;
    for (let sale = 0; sale < SALES_EACH; sale += 1) {
      injectOne(market, lived);
      await sellOne(market, shop, lived);
      await sleep(PAUSE_MS);
    }
    await fates[turn % fates.length]?.(market, shop, lived);
  }
  return lived;
}

async function sellOne(market: Market, shop: Shop, lived: LivesLived): Promise<void> {
  lived.sold += 1;
  await buyAccess(market, shop);
  lived.delivered += 1;
}

/** The next message of any bot runs into trouble once. */
function injectOne({ telegram }: Market, lived: LivesLived): void {
  const fault = FAULTS[lived.injected % FAULTS.length];
  if (!fault) return;
  telegram.failNext('sendMessage', fault);
  lived.injected += 1;
}

async function stays(): Promise<void> {}

async function isRemoved(
  { mainBot, telegram }: Market,
  { owner, shop }: Shop,
  lived: LivesLived,
): Promise<void> {
  await owner.presses(mainBot, `bot:${shop.id}:remove`);
  await owner.presses(mainBot, `bot:${shop.id}:remove:yes`);
  await telegram.until(() => shop.webhookUrl === undefined, {
    what: 'the webhook of a removed bot to go',
    timeoutMs: PATIENCE_MS,
  });
  lived.removed += 1;
}

/** Somebody has paid when it happens: what is theirs comes with the new token. */
async function isRevoked(market: Market, shop: Shop, lived: LivesLived): Promise<void> {
  const { mainBot } = market;
  const buyer = await newBuyer(market, shop, { firstName: 'Waiting' });
  const paymentId = await payFor(market, shop, buyer);
  lived.sold += 1;
  shop.shop.revokeToken();
  await shop.owner.presses(mainBot, `approve:${paymentId}`);
  await shop.owner.reads(mainBot, 'no longer accepts the token', { timeoutMs: PATIENCE_MS });
  await shop.owner.sends(mainBot, shop.shop.token);
  await buyer.reads(shop.shop, holdsLink, { timeoutMs: PATIENCE_MS });
  lived.delivered += 1;
  lived.revoked += 1;
}
