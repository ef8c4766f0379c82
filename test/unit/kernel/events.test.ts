import { expectTypeOf, test } from 'vitest';
import type { OwnerActor, Pressed } from '../../../src/kernel/actor.ts';
import type { FollowerWork } from '../../../src/kernel/events.ts';
import type { Work } from '../../../src/kernel/unit-of-work.ts';
import { tell } from '../../../src/modules/notifications/notice.ts';
import { PAYMENT_NOTICES } from '../../../src/modules/payments/payment-notices.ts';

// Held by the compiler: these fail there, not here.

test('a follower reads, enqueues and wakes, and can neither publish, audit nor change a row', () => {
  expectTypeOf<keyof FollowerWork>().toEqualTypeOf<'db' | 'now' | 'enqueue' | 'wake'>();
  expectTypeOf<FollowerWork['db']['subscription']>().toHaveProperty('findMany');
  expectTypeOf<FollowerWork['db']['subscription']>().not.toHaveProperty('update');
  expectTypeOf<FollowerWork['db']>().not.toHaveProperty('$executeRaw');
  expectTypeOf<Work>().toExtend<FollowerWork>();
});

test('an end user is told of something in a bot that is named', () => {
  const work = { enqueue: () => undefined };
  const payer = { kind: 'endUser', endUserId: 1 } as const;
  // @ts-expect-error: in which bot?
  tell(work, PAYMENT_NOTICES.paymentRejected, payer, { paymentId: 1 });
  // @ts-expect-error: in which bot?
  tell(work, PAYMENT_NOTICES.paymentRejected, payer, { paymentId: 1 }, { key: 'once' });
  tell(work, PAYMENT_NOTICES.paymentRejected, payer, { paymentId: 1 }, { botId: 1 });
});

test('whoever acts by a press has its name', () => {
  expectTypeOf<{ kind: 'owner'; telegramUserId: bigint }>().toExtend<OwnerActor>();
  expectTypeOf<OwnerActor>().not.toExtend<Pressed<OwnerActor>>();
});
