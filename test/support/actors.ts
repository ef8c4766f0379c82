import { randomUUID } from 'node:crypto';
import type { EndUserActor, Pressed } from '../../src/kernel/actor.ts';

/** An end user, as a service is told of them. @param act by what the press is known when it is heard again */
export function endUserActor(
  { id, telegramUserId }: { id: number; telegramUserId: bigint },
  act: string = randomUUID(),
): Pressed<EndUserActor> {
  return { kind: 'endUser', endUserId: id, telegramUserId, act };
}
