import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { askPanel } from '../panel/ask-panel.ts';
import { openPanel } from '../panel/signed-in.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

/** Somebody's panel of a shop, in which they write to many. */
export async function openWriter(
  platform: Pick<Platform, 'app' | 'clock' | 'mainBot'>,
  { shop }: Pick<Shop, 'shop'>,
  person: SandboxPerson,
) {
  const panel = await openPanel(platform, person);
  return {
    ...panel.of(shop),
    /** @param key by which it is asked for; the same one again is the same draft */
    writes: (text: string, key: string | null = crypto.randomUUID()) =>
      askPanel(platform.app.origin, 'POST', `/bots/${shop.id}/broadcasts`, {
        body: { text },
        headers: { ...panel.headers, ...(key === null ? {} : { 'idempotency-key': key }) },
      }),
  };
}
