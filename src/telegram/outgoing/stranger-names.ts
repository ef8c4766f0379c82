import type { Api } from 'grammy';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import type { PersonName } from '../../kernel/person.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { ChatPlace } from '../../modules/channels/chat-gateway.ts';
import { fullNameOf } from '../common/context.ts';
import { toDeliveryError } from './api-errors.ts';
import { type Throttle, throttled } from './throttle.ts';

export interface StrangerNamesDeps {
  throttle: Throttle;
  apiOf: (telegramBotId: bigint) => Promise<Api>;
}

/** Somebody who never used the bot is an id to the database. Telegram is asked who they are, and nothing of it is kept. */
export async function nameStranger(
  deps: StrangerNamesDeps,
  place: ChatPlace,
  stranger: PersonName,
): Promise<PersonName> {
  const isKnown = stranger.fullName !== '' || stranger.username !== null;
  if (isKnown || isForgotten(stranger)) return stranger;
  try {
    const api = await deps.apiOf(place.telegramBotId);
    const { user } = await throttled(deps.throttle, { api, method: 'getChatMember' }, () =>
      api.getChatMember(String(place.telegramChatId), Number(stranger.telegramUserId)),
    );
    return { ...stranger, fullName: fullNameOf(user), username: user.username ?? null };
  } catch (error) {
    // A name is worth no delay: without one the id has to do.
    if (toDeliveryError(error) instanceof DeliveryError) return stranger;
    throw error;
  }
}
