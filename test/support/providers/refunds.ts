import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';
import { attemptIn, type ClickCaller, orderByClick } from './click-caller.ts';

let transactions = 10_000;

type Ground = Pick<Platform, 'database' | 'clock'>;

/** Click takes the money of an order. @returns what it says of that in each further call */
export async function takeMoney(click: ClickCaller, orderNumber: number): Promise<Record<string, string>> {
  transactions += 1;
  const about = click.of(orderNumber, { click_trans_id: String(transactions) });
  const prepared = await click.prepare(about);
  const taken = { ...about, merchant_prepare_id: attemptIn(prepared) };
  await click.complete(taken);
  return taken;
}

/** Somebody pays an order by Click, twice. @returns the refund of the second payment, and what Click says of it */
export async function payTwice(platform: Ground, shop: Shop, click: ClickCaller, buyer: SandboxPerson) {
  const orderNumber = await orderByClick(platform, shop, buyer);
  transactions += 1;
  const again = click.of(orderNumber, { click_trans_id: String(transactions) });
  const prepared = await click.prepare(again);
  await takeMoney(click, orderNumber);
  const second: Record<string, string> = { ...again, merchant_prepare_id: attemptIn(prepared) };
  await click.complete(second);
  const refund = await refundOf(platform, Number(attemptIn(prepared)));
  return { orderNumber, second, refundId: refund.id };
}

export function refundOf({ database }: Pick<Ground, 'database'>, attemptId: number) {
  return database.refund.findUniqueOrThrow({ where: { attemptId } });
}

/** Until when somebody has what a shop sells; undefined: they have nothing. */
export async function endOf(
  { database }: Pick<Ground, 'database'>,
  { shop }: Pick<Shop, 'shop'>,
  person: SandboxPerson,
): Promise<Date | null | undefined> {
  const held = await database.subscription.findFirst({
    where: {
      status: 'active',
      endUser: { telegramUserId: person.id, bot: { telegramBotId: BigInt(shop.id) } },
    },
  });
  return held?.expiresAt;
}
