import type { Services } from '../../modules/services.ts';
import type { CallbackEndpoint } from './callback-route.ts';
import { clickEndpoint } from './click-route.ts';
import { paymeEndpoint } from './payme-route.ts';

/** Every provider of payments that calls us. */
export function createCallbacks(services: Services): CallbackEndpoint[] {
  return [paymeEndpoint(services.payme), clickEndpoint(services.click)];
}
