import type { Services } from '../../modules/services.ts';
import type { CallbackEndpoint } from './callback-route.ts';
import { clickEndpoint } from './click-route.ts';
import { paymeEndpoint } from './payme-route.ts';
import { uzumEndpoint } from './uzum-route.ts';

/** Every provider of payments that calls us. */
export function createCallbacks({ payme, click, uzum }: Services): CallbackEndpoint[] {
  return [paymeEndpoint(payme), clickEndpoint(click), uzumEndpoint(uzum)];
}
