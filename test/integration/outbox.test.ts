import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDatabase, type Database } from '../../src/infra/postgres/prisma.ts';
import { SILENT } from '../../src/instrument.ts';
import { DeliveryError } from '../../src/kernel/outbox/delivery-error.ts';
import { createOutboxClaims, type OutboxClaims } from '../../src/kernel/outbox/outbox-claims.ts';
import { createOutboxDispatcher, type OutboxDispatcher } from '../../src/kernel/outbox/outbox-dispatcher.ts';
import type { NewMessage, OutboxTable } from '../../src/kernel/outbox/outbox-message.ts';
import {
  insertMessages,
  listDueMessages,
  renewClaims,
  reopenMessages,
} from '../../src/kernel/outbox/outbox-queries.ts';
import { createOutboxTable } from '../../src/modules/index.ts';
import { readGivenOver } from '../../src/modules/notifications/given-over.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/shared/durations.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/database.ts';
import { eventually } from '../support/eventually.ts';

const NOW = new Date('2026-11-21T09:00:00Z');

let owned: TestDatabase;
let database: Database;
let claims: OutboxClaims;

beforeAll(async () => {
  owned = await createTestDatabase();
  database = createDatabase({ url: owned.url, poolSize: 5 });
  claims = createOutboxClaims(database.claim, database.prisma);
});
afterAll(async () => {
  await database.close();
  await owned.drop();
});

async function enqueued(kind: 'deliver-access' | 'review-escalation' = 'deliver-access'): Promise<bigint> {
  const message =
    kind === 'deliver-access'
      ? { kind, payload: { subscriptionId: 1, reason: 'again' as const } }
      : { kind, payload: { paymentId: 1, unreachable: false } };
  const [due] = await insertMessages(database.prisma, [message], NOW);
  if (!due) throw new Error('Nothing was enqueued.');
  return due.id;
}

const row = (id: bigint) => database.prisma.outboxMessage.findUniqueOrThrow({ where: { id } });

test('of two processes that claim the same messages at once each gets what the other has not', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, () => enqueued()));
  const other = createOutboxClaims(database.claim, database.prisma);
  const both = await Promise.all([
    ...ids.map((id) => claims.claim(id, 'a', NOW)),
    ...ids.toReversed().map((id) => other.claim(id, 'b', NOW)),
  ]);
  const claimed = both.flatMap((message) => message?.id ?? []);
  expect(claimed).toHaveLength(ids.length);
  expect(new Set(claimed)).toEqual(new Set(ids));
  const holders = await database.prisma.outboxMessage.groupBy({
    by: ['attempts'],
    where: { id: { in: ids } },
    _count: true,
  });
  expect(holders).toEqual([{ attempts: 1, _count: 40 }]);
});

test('whoever holds one message keeps nobody else from ending theirs, and its own end comes after', async () => {
  const [held, ...free] = await Promise.all(Array.from({ length: 5 }, () => enqueued()));
  for (const id of [held, ...free]) await claims.claim(id ?? 0n, 'a', NOW);
  let letGo = (): void => undefined;
  const holding = database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT id FROM promises WHERE id = ${held} FOR UPDATE`;
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
  });
  await eventually(async () => {
    const locked = await database.pool.query('SELECT FROM promises WHERE id = $1 FOR UPDATE SKIP LOCKED', [
      held,
    ]);
    expect(locked.rows).toEqual([]);
  });
  const last = claims.finish(held ?? 0n, 'a', 'delivered', NOW);
  await Promise.all([
    ...free.slice(0, 2).map((id) => claims.finish(id, 'a', 'delivered', NOW)),
    ...free.slice(2).map((id) => claims.postpone(id, 'a', MINUTE_MS)),
  ]);
  expect((await row(held ?? 0n)).doneAt).toBeNull();
  letGo();
  await Promise.all([holding, last]);
  expect(await row(held ?? 0n)).toMatchObject({ doneAt: NOW, outcome: 'delivered', claimedBy: null });
  for (const id of free.slice(0, 2)) expect(await row(id)).toMatchObject({ doneAt: NOW, claimedBy: null });
  for (const id of free.slice(2)) expect(await row(id)).toMatchObject({ doneAt: null, claimedBy: null });
});

test('an end that a batch could not write is written by itself', async () => {
  const id = await enqueued();
  const broken = createOutboxClaims(() => Promise.reject(new Error('One of them is wrong')), database.prisma);
  await claims.claim(id, 'a', NOW);
  await broken.finish(id, 'a', 'delivered', NOW);
  expect(await row(id)).toMatchObject({ doneAt: NOW, outcome: 'delivered' });
});

test('a claim is renewed by its holder alone', async () => {
  const id = await enqueued();
  await claims.claim(id, 'a', NOW);
  const before = await row(id);
  await renewClaims(database.prisma, [id], 'b');
  expect((await row(id)).claimedUntil).toEqual(before.claimedUntil);
  await renewClaims(database.prisma, [id], 'a');
  expect((await row(id)).claimedUntil?.getTime()).toBeGreaterThan(before.claimedUntil?.getTime() ?? 0);
});

test('what was claimed and never finished says so to whoever claims it next', async () => {
  const id = await enqueued();
  const first = await claims.claim(id, 'dead', NOW);
  expect(first).toMatchObject({ interrupted: false, earlierAttempts: 0 });
  await database.pool.query(`UPDATE promises SET claimed_until = now() - interval '1 second' WHERE id = $1`, [
    id,
  ]);
  expect(await claims.claim(id, 'b', NOW)).toMatchObject({
    interrupted: true,
    earlierAttempts: 1,
  });
});

test('what was put off is nobody’s until then, and not interrupted', async () => {
  const id = await enqueued();
  await claims.claim(id, 'a', NOW);
  await claims.postpone(id, 'a', MINUTE_MS);
  expect(await claims.claim(id, 'b', NOW)).toBeNull();
  await claims.postpone(id, 'b', 0);
  expect((await row(id)).claimedBy).toBeNull();
});

test('who has a message in hand, and when it is tried again, are two things', async () => {
  const id = await enqueued();
  await claims.claim(id, 'a', NOW);
  expect(await row(id)).toMatchObject({ claimedBy: 'a', claimedUntil: expect.any(Date), retryAt: null });
  await claims.postpone(id, 'a', MINUTE_MS);
  expect(await row(id)).toMatchObject({ claimedBy: null, claimedUntil: null, retryAt: expect.any(Date) });
  const listed = await listDueMessages(database.prisma, NOW, 1_000);
  expect(listed.map((due) => due.id)).not.toContain(id);
});

test('what an older program put off, by its only column, stays put off, and is hastened by what it waits for', async () => {
  const message = { kind: 'revoke-link' as const, botId: 71, payload: { inviteLinkId: 9 } };
  const [due] = await insertMessages(database.prisma, [message], NOW);
  const id = due?.id ?? 0n;
  const olderPostpones = `UPDATE promises SET claimed_until = now() + interval '1 minute', claimed_by = NULL WHERE id = $1`;
  await database.pool.query(olderPostpones, [id]);
  expect(await claims.claim(id, 'b', NOW)).toBeNull();
  expect(await reopenMessages(database.prisma, [71])).toEqual([{ id, botId: 71 }]);
  expect(await claims.claim(id, 'b', NOW)).not.toBeNull();
});

test('what an older program took before its time is never lost: it is free again when that dies', async () => {
  const id = await enqueued();
  await claims.claim(id, 'a', NOW);
  await claims.postpone(id, 'a', 0);
  const olderClaims = `UPDATE promises SET claimed_until = now() - interval '1 second', claimed_by = 'old' WHERE id = $1`;
  await database.pool.query(olderClaims, [id]);
  await eventually(async () => expect(await claims.claim(id, 'b', NOW)).toMatchObject({ interrupted: true }));
});

test('what was tried once is due again when its pause is over, whatever becomes of the product’s clock', async () => {
  const before = new Date(NOW.getTime() - 8 * HOUR_MS);
  const id = await enqueued();
  expect(await claims.claim(id, 'a', before)).toBeNull();
  await claims.claim(id, 'a', NOW);
  await claims.postpone(id, 'a', 0);
  // Its pause ends with the millisecond in which it began.
  await eventually(async () => {
    const due = await listDueMessages(database.prisma, before, 1_000);
    expect(due.map((one) => one.id)).toContain(id);
  });
  expect(await claims.claim(id, 'b', before)).toMatchObject({ earlierAttempts: 1 });
});

test('what is due at once does not wait for a clock of the product that runs ahead', async () => {
  const { rows } = await database.pool.query<{ now: Date }>('SELECT now()');
  const present = rows[0]?.now ?? NOW;
  const wrongNow = new Date(present.getTime() + 8 * HOUR_MS);
  const message = { kind: 'revoke-link' as const, payload: { inviteLinkId: 8 } };
  const [due] = await insertMessages(database.prisma, [message], wrongNow);
  expect(await claims.claim(due?.id ?? 0n, 'a', new Date(present.getTime() + MINUTE_MS))).not.toBeNull();
});

test('the same key enqueues once', async () => {
  const message = { kind: 'revoke-link' as const, key: 'revoke-link:7', payload: { inviteLinkId: 7 } };
  expect(await insertMessages(database.prisma, [message], NOW)).toHaveLength(1);
  expect(await insertMessages(database.prisma, [message], NOW)).toHaveLength(0);
});

/** The real rules of every kind; nobody who would deliver any is asked. */
const RULES = createOutboxTable({} as Parameters<typeof createOutboxTable>[0]);

/** A dispatcher whose every message goes to `handle`. */
function dispatcherWith(handle: (payload: unknown, message: { id: bigint }) => Promise<'delivered'>) {
  const report = vi.fn<(error: unknown) => void>();
  const givenOver = vi.fn<(message: { id: bigint }) => Promise<void>>();
  const woken: number[] = [];
  const dispatcher: OutboxDispatcher = createOutboxDispatcher({
    prisma: database.prisma,
    claims,
    clock: { now: () => NOW },
    waker: { wake: async (_due, delayMs = 0) => void woken.push(delayMs) },
    table: Object.fromEntries(
      Object.entries(RULES).map(([kind, rules]) => [kind, { ...rules, handle }]),
    ) as unknown as OutboxTable,
    processId: 'dispatcher',
    report,
    trace: SILENT.trace,
    givenOver,
    tokenDied: () => Promise.resolve(),
  });
  return { dispatcher, report, woken, givenOver };
}

test('access is tried again when its outcome is unknown; a small thing counts as sent', async () => {
  const { dispatcher, woken, report } = dispatcherWith(() => Promise.reject(new DeliveryError('unknown')));
  const [access, small] = [await enqueued('deliver-access'), await enqueued('review-escalation')];
  dispatcher.dispatch({ id: access, botId: null });
  dispatcher.dispatch({ id: small, botId: null });
  await eventually(async () => expect((await row(small)).outcome).toBe('unknown'));
  await eventually(() => expect(woken).toHaveLength(1));
  expect((await row(access)).doneAt).toBeNull();
  expect(report).not.toHaveBeenCalled();
  await dispatcher.close(1_000);
});

test('a 429 is obeyed to the second', async () => {
  const refusal = new DeliveryError('not-sent', { retryAfterMs: 17_000 });
  const { dispatcher, woken } = dispatcherWith(() => Promise.reject(refusal));
  dispatcher.dispatch({ id: await enqueued(), botId: null });
  await eventually(() => expect(woken).toEqual([17_000]));
  await dispatcher.close(1_000);
});

test('a fault of ours is reported, and access waits for the mended program', async () => {
  const { dispatcher, report } = dispatcherWith(() => Promise.reject(new TypeError('a bug')));
  const id = await enqueued();
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(report).toHaveBeenCalledOnce());
  expect((await row(id)).doneAt).toBeNull();
  await dispatcher.close(1_000);
});

test.each([
  ['small-notice', { to: { kind: 'owner', ownerId: 1 }, notice: { kind: 'ofTomorrow' }, quiet: false }],
  ['review-escalation', { of: 'tomorrow' }],
  ['of-tomorrow', {}],
])('a %s that a newer program wrote waits for that, and is reported once', async (kind, payload) => {
  const { dispatcher, report, woken, givenOver } = dispatcherWith(() => Promise.resolve('delivered'));
  const message = { kind, payload } as unknown as NewMessage;
  const [due] = await insertMessages(database.prisma, [message], NOW);
  const id = due?.id ?? 0n;
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(1));
  await refusedSince(id, 24);
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(2));
  expect((await row(id)).doneAt).toBeNull();
  expect(report).toHaveBeenCalledOnce();
  expect(givenOver).not.toHaveBeenCalled();
  await dispatcher.close(1_000);
});

test('what was given over, and this program cannot read, is told to nobody', async () => {
  const message = { kind: 'deliver-access', botId: 72, payload: { of: 'tomorrow' } } as unknown as NewMessage;
  const [due] = await insertMessages(database.prisma, [message], NOW);
  expect(await readGivenOver(database.prisma, RULES, due?.id ?? 0n)).toBeNull();
});

/** As if Telegram had refused it since then. */
async function refusedSince(id: bigint, hours: number): Promise<void> {
  await database.pool.query(
    `UPDATE promises SET refused_at = now() - make_interval(hours => $2), retry_at = NULL WHERE id = $1`,
    [id, hours],
  );
}

test('what is refused is reported once, and tried after as long again as it has been refused', async () => {
  const { dispatcher, report, woken, givenOver } = dispatcherWith(() =>
    Promise.reject(new DeliveryError('refused')),
  );
  const id = await enqueued();
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toEqual([1_000]));
  await refusedSince(id, 12);
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toEqual([SECOND_MS, HOUR_MS]));
  expect(report).toHaveBeenCalledOnce();
  expect(givenOver).not.toHaveBeenCalled();
  await refusedSince(id, 24);
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(3));
  expect(givenOver).toHaveBeenCalledOnce();
  expect((await row(id)).doneAt).toBeNull();
  expect(report).toHaveBeenCalledOnce();
  await dispatcher.close(1_000);
});

test('a small thing that is refused for a day has failed', async () => {
  const { dispatcher, woken, givenOver } = dispatcherWith(() => Promise.reject(new DeliveryError('refused')));
  const id = await enqueued('review-escalation');
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(1));
  await refusedSince(id, 24);
  dispatcher.dispatch({ id, botId: null });
  await eventually(async () => expect((await row(id)).outcome).toBe('failed'));
  expect(givenOver).toHaveBeenCalledOnce();
  await dispatcher.close(1_000);
});

test('what waited for something else in between has its day anew; a call that never left takes none of it', async () => {
  let failure: 'refused' | 'no-rights' | 'not-sent' = 'refused';
  const { dispatcher, woken } = dispatcherWith(() => Promise.reject(new DeliveryError(failure)));
  const id = await enqueued();
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(1));
  failure = 'not-sent';
  await refusedSince(id, 3);
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(2));
  expect((await row(id)).refusedAt).not.toBeNull();
  failure = 'no-rights';
  await refusedSince(id, 3);
  dispatcher.dispatch({ id, botId: null });
  await eventually(() => expect(woken).toHaveLength(3));
  expect((await row(id)).refusedAt).toBeNull();
  await dispatcher.close(1_000);
});

test('one bot’s long line does not keep another’s message waiting', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const other = await enqueued();
  const { dispatcher } = dispatcherWith(async (_payload, { id }) => {
    if (id !== other) await held;
    return 'delivered';
  });
  const line = await Promise.all(Array.from({ length: 20 }, () => enqueued()));
  for (const id of line) dispatcher.dispatch({ id, botId: 1 });
  dispatcher.dispatch({ id: other, botId: 2 });
  await eventually(async () => expect((await row(other)).outcome).toBe('delivered'));
  expect(await Promise.all(line.map(async (id) => (await row(id)).outcome))).toEqual(Array(20).fill(null));
  release();
  await eventually(async () =>
    expect(await Promise.all(line.map(async (id) => (await row(id)).outcome))).toEqual(
      Array(20).fill('delivered'),
    ),
  );
  await dispatcher.close(1_000);
});

test('what is finished stays finished', async () => {
  const id = await enqueued();
  await claims.claim(id, 'a', NOW);
  await claims.finish(id, 'a', 'delivered', NOW);
  expect(await claims.claim(id, 'b', NOW)).toBeNull();
});
