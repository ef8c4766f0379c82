import type { Services } from '../../modules/services.ts';
import type { CallbackEndpoint } from './callback-route.ts';

/** Every provider of payments that calls us. */
export function createCallbacks(_services: Services): CallbackEndpoint[] {
  return [];
}
