import { expect } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../eventually.ts';
import { openPanel } from '../panel/signed-in.ts';
import type { Platform } from '../platform.ts';
import { settled } from '../settled.ts';
import { payFor, type Shop } from '../shop.ts';

/** Lets time pass until then. */
export function timeIs({ clock }: Pick<Platform, 'clock'>, instant: string): void {
  clock.passes({ milliseconds: Date.parse(instant) - clock.now().getTime() });
}

/**
 * Somebody pays for a plan by card, it is approved at once, and they have their way in: time that is given late begins late.
 * @returns the payment's id
 */
export async function buys(
  platform: Platform,
  shop: Shop,
  buyer: SandboxPerson,
  planId = shop.planId,
): Promise<number> {
  const paymentId = await payFor(platform, { ...shop, planId }, buyer);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await settled(platform);
  return paymentId;
}

/** Asks until it has been counted as of now: what takes long is counted behind what is told. */
export async function untilCounted(
  { clock }: Pick<Platform, 'clock'>,
  ask: () => Promise<{ status: number; body: Report }>,
): Promise<Report> {
  const { body } = await eventually(async () => {
    const answer = await ask();
    const { state, asOf, error } = answer.body;
    expect({ status: answer.status, state, error, asOf }).toEqual({
      status: 200,
      asOf: clock.now().toISOString(),
    });
    return answer;
  });
  return body;
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into what it expects.
type Report = any;

/** What the panel of a shop's owner reports, as of now. @param path below `/analytics`: `overview?from=2027-01` */
export async function askReport(
  platform: Pick<Platform, 'app' | 'clock' | 'mainBot'>,
  { owner, shop }: Pick<Shop, 'owner' | 'shop'>,
  path: string,
): Promise<Report> {
  const panel = (await openPanel(platform, owner)).of(shop);
  return untilCounted(platform, () => panel.get(`/analytics/${path}`));
}

/** The same as a file, its cells. */
export async function askTable(platform: Platform, { owner, shop }: Shop, path: string): Promise<string[][]> {
  const { headers } = await openPanel(platform, owner);
  const response = await fetch(`${platform.app.origin}/panel/api/bots/${shop.id}/analytics/${path}`, {
    headers,
  });
  expect(response.status).toBe(200);
  const text = (await response.text()).replace(/^\uFEFF/, '');
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
}

export const soums = (whole: number, tiyin = 0) => ({
  amount: `${whole}.${String(tiyin).padStart(2, '0')}`,
  currency: 'UZS',
});
