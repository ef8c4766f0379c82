import type { App } from '../../../src/app.ts';
import type { OwnerActor } from '../../../src/kernel/actor.ts';
import { settle, takeBack } from '../../../src/modules/subscriptions/settlement.ts';
import { lockEndUser } from '../../../src/modules/subscriptions/subscription-queries.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { endUserActor } from '../../support/actors.ts';
import { isGranted } from '../../support/granted.ts';
import type { Random } from '../../support/random.ts';
import { type Bought, BoughtTime } from './bought-time.ts';
import { type BundleShop, nextNumber, type Sold } from './bundle-shop.ts';

/** Where somebody buys, by which clock and what chance. */
export interface Market {
  shop: BundleShop;
  app: App;
  clock: Clock;
  zone: string;
  random: Random;
}

interface Ordered extends Sold {
  paymentId: number;
  /** Of the code of days that came with it. */
  codeId: number | null;
}

/** Somebody who buys at random, and what their time is by the model. */
export class Customer {
  readonly id: number;
  readonly telegramUserId: bigint;
  readonly times: Map<number, BoughtTime>;
  readonly #shop: BundleShop;
  readonly #app: App;
  readonly #clock: Clock;
  readonly #zone: string;
  readonly #random: Random;
  #waiting: Ordered[] = [];
  #rejected: Ordered[] = [];
  #approved: Ordered[] = [];
  readonly #tried = new Set<number>();

  constructor(endUser: { id: number; telegramUserId: bigint }, market: Market) {
    this.id = endUser.id;
    this.telegramUserId = endUser.telegramUserId;
    this.#shop = market.shop;
    this.#app = market.app;
    this.#clock = market.clock;
    this.#zone = market.zone;
    this.#random = market.random;
    const { chats, graceDays } = market.shop;
    this.times = new Map(chats.map(({ id }) => [id, new BoughtTime(market.zone, graceDays)]));
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }

  get #owner(): OwnerActor {
    return { kind: 'owner', telegramUserId: this.#shop.scope.ownerTelegramUserId };
  }

  async chooses(): Promise<void> {
    const plan = this.#random.pick(this.#shop.plans);
    const { checkout } = this.#app.services;
    const actor = endUserActor(this);
    const messageId = nextNumber();
    const receipt = {
      fileId: 'file',
      uniqueId: `unique-${messageId}`,
      kind: 'photo' as const,
      messageId,
      editedAt: null,
      note: null,
    };
    await isGranted(async () => {
      await checkout.choosePlan(this.#shop.scope, actor, { planId: plan.id, method: 'card' });
      const payment = await checkout.submitReceipt(this.#shop.scope, actor, receipt);
      if (payment) this.#waiting.push({ ...plan, paymentId: payment.id, codeId: null });
    });
  }

  async isApproved(): Promise<void> {
    const all = [...this.#waiting, ...this.#rejected];
    if (all.length === 0) return;
    const order = this.#random.pick(all);
    const { paymentId, channelIds, bought } = order;
    const { reviews } = this.#app.services;
    if (!(await isGranted(() => reviews.approvePayment(this.#shop.scope, this.#owner, paymentId)))) return;
    this.#waiting = this.#waiting.filter((one) => one !== order);
    this.#rejected = this.#rejected.filter((one) => one !== order);
    this.#approved.push(order);
    this.#gets('payment', paymentId, channelIds, bought);
    if (!this.#random.chance(30) || !('months' in bought) || bought.months === 0) return;
    order.codeId = nextNumber();
    await this.#settles('promo', order.codeId, channelIds, 1 + this.#random.int(20));
  }

  async isRejected(): Promise<void> {
    const order = this.#waiting.pop();
    if (!order) return;
    const { paymentId } = order;
    await this.#app.services.reviews.rejectPayment(this.#shop.scope, this.#owner, {
      paymentId,
      reason: 'amount',
    });
    this.#rejected.push(order);
  }

  async isTakenBack(): Promise<void> {
    if (this.#approved.length === 0) return;
    const order = this.#random.pick(this.#approved);
    const { paymentId, codeId } = order;
    this.#approved = this.#approved.filter((one) => one !== order);
    await this.#app.services.reviews.reversePayment(this.#shop.scope, this.#owner, paymentId);
    this.#loses('payment', paymentId);
    if (codeId === null) return;
    await this.#app.services.transact(async (work) => {
      await lockEndUser(work.db, this.id, this.#shop.scope.botId);
      await takeBack(work, [{ source: 'promo', sourceId: codeId }], this.#zone);
    });
    this.#loses('promo', codeId);
  }

  async isGranted(): Promise<void> {
    const { id: planId, channelIds, bought } = this.#random.pick(this.#shop.plans);
    const { subscriptions } = this.#app.services;
    const done = await isGranted(() =>
      subscriptions.grant(this.#shop.scope, this.#owner, { endUserId: this.id, planId }),
    );
    if (done) this.#gets('grant', null, channelIds, bought);
  }

  async tries(): Promise<void> {
    const { id } = this.#random.pick(this.#shop.chats);
    if (this.#tried.has(id)) return;
    this.#tried.add(id);
    await this.#settles('trial', this.id, [id], 1 + this.#random.int(30));
  }

  /** For the first time, or once more. */
  async comesIn(): Promise<void> {
    const { id, telegramChatId } = this.#random.pick(this.#shop.chats);
    if (!this.times.get(id)?.active) return;
    const { telegramUserId } = this;
    const by = { telegramUserId, isBot: false };
    const told = { at: this.#clock.now(), toldOrder: BigInt(nextNumber()) };
    const { memberships } = this.#app.services;
    await memberships.memberJoined(this.#shop.scope, {
      telegramChatId,
      telegramUserId,
      link: null,
      by,
      ...told,
    });
    this.times.get(id)?.begins(this.#now);
  }

  /** Every end that is due now has been enforced. */
  endsAreEnforced(): void {
    for (const [channelId, time] of this.times) {
      const isHeld = this.#waiting.some(({ channelIds }) => channelIds.includes(channelId));
      time.passes(this.#now, isHeld);
    }
  }

  async #settles(
    source: 'promo' | 'trial',
    sourceId: number,
    channelIds: number[],
    days: number,
  ): Promise<void> {
    const { botId } = this.#shop.scope;
    const duration = { kind: 'days', days } as const;
    await this.#app.services.transact(async (work) => {
      await lockEndUser(work.db, this.id, botId);
      const about = { botId, endUserId: this.id, channelIds };
      await settle(work, { ...about, duration, source, sourceId }, this.#zone);
    });
    this.#gets(source, sourceId, channelIds, { days });
  }

  #gets(source: string, sourceId: number | null, channelIds: readonly number[], bought: Bought): void {
    for (const id of channelIds) this.times.get(id)?.gives(source, sourceId, bought, this.#now);
  }

  #loses(source: string, sourceId: number): void {
    for (const time of this.times.values()) time.takesBack(source, sourceId, this.#now);
  }
}
