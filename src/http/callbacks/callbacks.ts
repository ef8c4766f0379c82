import type { Services } from '../../modules/services.ts';
import type { CallbackEndpoint } from './callback-route.ts';
import { clickEndpoint } from './click-route.ts';

/** Every provider of payments that calls us. */
export function createCallbacks(services: Services): CallbackEndpoint[] {
  return [clickEndpoint(services.click)];
}
