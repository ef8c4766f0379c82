import { afterAll, beforeAll } from 'vitest';
import { opensInBrowser, type PanelPage, test } from '../support/browser/page.ts';
import { isWholeInEveryLanguage } from '../support/browser/pictures.ts';
import { becomes, newDraft, startsBroadcast } from '../support/growth/broadcasts.ts';
import { newSource } from '../support/growth/sources.ts';
import { callsOf } from '../support/held-call.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import {
  moderatorReadsEnglish,
  newBuyer,
  newMember,
  newPromoCode,
  openShop,
  payFor,
  type Shop,
} from '../support/shop.ts';
import { asksToHelp, newInvitation, newManager, opensInvitation } from '../support/team/managers.ts';

let platform: Platform;
let shop: Shop;
const ids: Record<
  'waiting' | 'approved' | 'user' | 'promo' | 'source' | 'draft' | 'paused' | 'owner' | 'tariff',
  number
> = {
  waiting: 0,
  approved: 0,
  user: 0,
  promo: 0,
  source: 0,
  draft: 0,
  paused: 0,
  owner: 0,
  tariff: 0,
};

beforeAll(async () => {
  platform = await startPlatform();
  const { mainBot, database, moderator, app } = platform;
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  const member = await newMember(platform, shop);
  [ids.approved, ids.user] = [member.paymentId, member.endUserId];
  ids.waiting = await payFor(platform, shop, await newBuyer(platform, shop, { firstName: 'Dilnoza' }));
  ids.promo = await newPromoCode(platform, shop, 'SUMMER20', { percent: '20' });
  ({ id: ids.source } = await newSource(platform, shop, 'Kun.uz'));
  ids.paused = await newDraft(platform, shop, shop.owner);
  ids.draft = await newDraft(platform, shop, shop.owner);
  const isDeleted = { kind: 'refused', description: 'Bad Request: message to copy not found' } as const;
  const bringBack = platform.telegram.failNext(callsOf(shop.shop, 'copyMessage'), isDeleted, 100);
  await startsBroadcast(platform, shop, shop.owner, ids.paused);
  await becomes(platform, ids.paused, 'paused');
  bringBack();
  await newManager(platform, shop, 'receipts', { firstName: 'Malika' });
  await asksToHelp(platform, await opensInvitation(platform, await newInvitation(platform, shop, 'all')));
  const actor = { kind: 'moderator', telegramUserId: BigInt(moderator.id) } as const;
  await app.services.moderation.setSetting(actor, { name: 'price1', typed: '99 000' });
  await app.services.moderation.setSetting(actor, { name: 'card', typed: '8600 1234 5678 9012' });
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.sendsPhoto(mainBot);
  await platform.quiet();
  ({ id: ids.tariff } = await database.tariffPayment.findFirstOrThrow());
  const telegramUserId = BigInt(shop.owner.id);
  ({ id: ids.owner } = await database.owner.findUniqueOrThrow({ where: { telegramUserId } }));
});
afterAll(async () => {
  await platform.closesClean();
});

interface Opened {
  name: string;
  path: () => string;
  /** What is there once it is open. */
  has: string;
  isModerators?: true;
  /** Pressed one after the other, each as soon as it is there. */
  presses?: readonly string[];
}

const below = (path: string) => () => `/panel/bots/${shop.shop.id}${path}`;
const desk = () => below(`/receipts/${ids.waiting}`)();
const user = () => below(`/users/${ids.user}`)();

const OPENED: readonly Opened[] = [
  { name: 'receipt-waiting', path: desk, has: 'receipt-approve' },
  { name: 'receipt-reasons', path: desk, has: 'reason-text', presses: ['receipt-reject'] },
  {
    name: 'receipt-approved',
    path: () => below(`/receipts/${ids.approved}`)(),
    has: 'dialog-yes',
    presses: ['receipt-undo'],
  },
  { name: 'user', path: user, has: 'grant' },
  { name: 'user-grant', path: user, has: 'grant-plan', presses: ['grant'] },
  { name: 'user-ban', path: user, has: 'dialog-yes', presses: ['ban'] },
  { name: 'payment', path: () => below(`/payments/${ids.approved}`)(), has: 'screen-payments' },
  { name: 'refunds', path: below('/payments/refunds'), has: 'screen-payments' },
  { name: 'promo-one', path: () => below(`/promo/${ids.promo}`)(), has: 'promo-on' },
  { name: 'source-one', path: () => below(`/sources/${ids.source}`)(), has: 'source-cost' },
  { name: 'broadcasts-of-two', path: below('/broadcasts'), has: 'broadcast-media' },
  { name: 'broadcast-draft', path: () => below(`/broadcasts/${ids.draft}`)(), has: 'filter-state' },
  {
    name: 'broadcast-delete',
    path: () => below(`/broadcasts/${ids.draft}`)(),
    has: 'dialog-yes',
    presses: ['broadcast-delete'],
  },
  { name: 'broadcast-paused', path: () => below(`/broadcasts/${ids.paused}`)(), has: 'broadcast-resume' },
  {
    name: 'mod-broadcasts-of-one',
    path: () => '/panel/mod/broadcasts',
    has: 'screen-mod-broadcasts',
    isModerators: true,
  },
  { name: 'team-of-two', path: below('/team'), has: 'setting-quietreceipts' },
  { name: 'bot-remove', path: below(''), has: 'confirm-in-telegram', presses: ['remove'] },
  { name: 'mod-owner', path: () => `/panel/mod/owners/${ids.owner}`, has: 'ban', isModerators: true },
  {
    name: 'mod-tariff',
    path: () => `/panel/mod/tariffs/${ids.tariff}`,
    has: 'receipt-approve',
    isModerators: true,
  },
  { name: 'nowhere', path: () => '/panel/nowhere', has: 'screen-nowhere' },
];

async function opens(panel: PanelPage, { has, presses = [] }: Opened): Promise<void> {
  for (const testid of presses) await panel.at(testid).click();
  await panel.at(has).waitFor();
}

test.for(OPENED)('$name is whole in every language, light and narrow, dark and wide', async (opened) => {
  const person = opened.isModerators ? platform.moderator : shop.owner;
  const panel = await opensInBrowser(platform, person, { path: opened.path() });
  await isWholeInEveryLanguage(panel, {
    name: `opened-${opened.name}`,
    looks: 2,
    async speaks(language) {
      await person.presses(platform.mainBot, `lang:${language}`);
      await panel.page.reload();
      await opens(panel, opened);
    },
  });
});
