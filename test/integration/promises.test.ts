import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDatabase, type Database } from '../../src/infra/prisma.ts';
import { SILENT } from '../../src/instrument.ts';
import { DeliveryError } from '../../src/modules/notifications/delivery-error.ts';
import type { Keepers, PromiseKind } from '../../src/modules/promises/promise.ts';
import {
  createPromiseDispatcher,
  type PromiseDispatcher,
} from '../../src/modules/promises/promise-dispatcher.ts';
import {
  claimPromise,
  finishPromise,
  insertPromises,
  listDuePromises,
  postponePromise,
  renewClaims,
} from '../../src/modules/promises/promise-repository.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const NOW = new Date('2026-11-21T09:00:00Z');

let owned: TestDatabase;
let database: Database;

beforeAll(async () => {
  owned = await createTestDatabase();
  database = createDatabase({ url: owned.url, poolSize: 5 });
});
afterAll(async () => {
  await database.close();
  await owned.drop();
});

async function promised(kind: 'deliver-access' | 'review-escalation' = 'deliver-access'): Promise<bigint> {
  const promise =
    kind === 'deliver-access'
      ? { kind, payload: { subscriptionId: 1, reason: 'again' as const } }
      : { kind, payload: { paymentId: 1, unreachable: false } };
  const [due] = await insertPromises(database.prisma, [promise], NOW);
  if (!due) throw new Error('Nothing was promised.');
  return due.id;
}

const row = (id: bigint) => database.prisma.outboxPromise.findUniqueOrThrow({ where: { id } });

test('one of two claims at the same moment gets it', async () => {
  const id = await promised();
  const claims = await Promise.all(['a', 'b'].map((by) => claimPromise(database.prisma, id, by, NOW)));
  expect(claims.filter(Boolean)).toHaveLength(1);
});

test('a claim is renewed by its holder alone', async () => {
  const id = await promised();
  await claimPromise(database.prisma, id, 'a', NOW);
  const before = await row(id);
  await renewClaims(database.prisma, [id], 'b');
  expect((await row(id)).claimedUntil).toEqual(before.claimedUntil);
  await renewClaims(database.prisma, [id], 'a');
  expect((await row(id)).claimedUntil?.getTime()).toBeGreaterThan(before.claimedUntil?.getTime() ?? 0);
});

test('what was claimed and never finished says so to whoever claims it next', async () => {
  const id = await promised();
  const first = await claimPromise(database.prisma, id, 'dead', NOW);
  expect(first).toMatchObject({ interrupted: false, earlierAttempts: 0 });
  await database.pool.query(`UPDATE promises SET claimed_until = now() - interval '1 second' WHERE id = $1`, [
    id,
  ]);
  expect(await claimPromise(database.prisma, id, 'b', NOW)).toMatchObject({
    interrupted: true,
    earlierAttempts: 1,
  });
});

test('what was put off is nobody’s until then, and not interrupted', async () => {
  const id = await promised();
  await claimPromise(database.prisma, id, 'a', NOW);
  await postponePromise(database.prisma, id, 'a', 60_000);
  expect(await claimPromise(database.prisma, id, 'b', NOW)).toBeNull();
  await postponePromise(database.prisma, id, 'b', 0);
  expect((await row(id)).claimedBy).toBeNull();
});

test('what was tried once is due again when its pause is over, whatever becomes of the product’s clock', async () => {
  const before = new Date(NOW.getTime() - 8 * 3_600_000);
  const id = await promised();
  expect(await claimPromise(database.prisma, id, 'a', before)).toBeNull();
  await claimPromise(database.prisma, id, 'a', NOW);
  await postponePromise(database.prisma, id, 'a', 0);
  // Its pause ends with the millisecond in which it began.
  await eventually(async () => {
    const due = await listDuePromises(database.prisma, before, 1_000);
    expect(due.map((one) => one.id)).toContain(id);
  });
  expect(await claimPromise(database.prisma, id, 'b', before)).toMatchObject({ earlierAttempts: 1 });
});

test('what is due at once does not wait for a clock of the product that runs ahead', async () => {
  const { rows } = await database.pool.query<{ now: Date }>('SELECT now()');
  const present = rows[0]?.now ?? NOW;
  const ahead = new Date(present.getTime() + 8 * 3_600_000);
  const promise = { kind: 'revoke-link' as const, payload: { inviteLinkId: 8 } };
  const [due] = await insertPromises(database.prisma, [promise], ahead);
  expect(
    await claimPromise(database.prisma, due?.id ?? 0n, 'a', new Date(present.getTime() + 60_000)),
  ).not.toBeNull();
});

test('the same key promises once', async () => {
  const promise = { kind: 'revoke-link' as const, key: 'revoke-link:7', payload: { inviteLinkId: 7 } };
  expect(await insertPromises(database.prisma, [promise], NOW)).toHaveLength(1);
  expect(await insertPromises(database.prisma, [promise], NOW)).toHaveLength(0);
});

/** A dispatcher whose every promise is kept by `keep`. */
function dispatcherWith(keep: (payload: unknown, promise: { id: bigint }) => Promise<'kept'>) {
  const report = vi.fn<(error: unknown) => void>();
  const handOver = vi.fn<(promise: { id: bigint }) => Promise<void>>();
  const nudged: number[] = [];
  const dispatcher: PromiseDispatcher = createPromiseDispatcher({
    prisma: database.prisma,
    clock: { now: () => NOW },
    nudge: { nudge: async (_due, delayMs = 0) => void nudged.push(delayMs) },
    keepers: new Proxy({} as Keepers, { get: (_keepers, _kind: PromiseKind) => keep }),
    processId: 'dispatcher',
    report,
    trace: SILENT.trace,
    handOver,
    tokenDied: () => Promise.resolve(),
  });
  return { dispatcher, report, nudged, handOver };
}

test('access is tried again when its outcome is unknown; a small thing counts as sent', async () => {
  const { dispatcher, nudged, report } = dispatcherWith(() => Promise.reject(new DeliveryError('unknown')));
  const [access, small] = [await promised('deliver-access'), await promised('review-escalation')];
  dispatcher.keep({ id: access, botId: null });
  dispatcher.keep({ id: small, botId: null });
  await eventually(async () => expect((await row(small)).outcome).toBe('unknown'));
  await eventually(() => expect(nudged).toHaveLength(1));
  expect((await row(access)).doneAt).toBeNull();
  expect(report).not.toHaveBeenCalled();
  await dispatcher.close(1_000);
});

test('a 429 is obeyed to the second', async () => {
  const refusal = new DeliveryError('not-sent', { retryAfterMs: 17_000 });
  const { dispatcher, nudged } = dispatcherWith(() => Promise.reject(refusal));
  dispatcher.keep({ id: await promised(), botId: null });
  await eventually(() => expect(nudged).toEqual([17_000]));
  await dispatcher.close(1_000);
});

test('a fault of ours is reported, and access waits for the mended program', async () => {
  const { dispatcher, report } = dispatcherWith(() => Promise.reject(new TypeError('a bug')));
  const id = await promised();
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(report).toHaveBeenCalledOnce());
  expect((await row(id)).doneAt).toBeNull();
  await dispatcher.close(1_000);
});

/** As if Telegram had refused it since then. */
async function refusedSince(id: bigint, hours: number): Promise<void> {
  await database.pool.query(
    `UPDATE promises SET refused_at = now() - make_interval(hours => $2), claimed_until = NULL WHERE id = $1`,
    [id, hours],
  );
}

test('what is refused is reported once, and tried after as long again as it has been refused', async () => {
  const { dispatcher, report, nudged, handOver } = dispatcherWith(() =>
    Promise.reject(new DeliveryError('refused')),
  );
  const id = await promised();
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toEqual([1_000]));
  await refusedSince(id, 12);
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toEqual([1_000, 3_600_000]));
  expect(report).toHaveBeenCalledOnce();
  expect(handOver).not.toHaveBeenCalled();
  await refusedSince(id, 24);
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toHaveLength(3));
  expect(handOver).toHaveBeenCalledOnce();
  expect((await row(id)).doneAt).toBeNull();
  expect(report).toHaveBeenCalledOnce();
  await dispatcher.close(1_000);
});

test('a small thing that is refused for a day has failed', async () => {
  const { dispatcher, nudged, handOver } = dispatcherWith(() => Promise.reject(new DeliveryError('refused')));
  const id = await promised('review-escalation');
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toHaveLength(1));
  await refusedSince(id, 24);
  dispatcher.keep({ id, botId: null });
  await eventually(async () => expect((await row(id)).outcome).toBe('failed'));
  expect(handOver).toHaveBeenCalledOnce();
  await dispatcher.close(1_000);
});

test('what waited for a door meanwhile has its day anew; a call that never left takes none of it', async () => {
  let failure: 'refused' | 'no-rights' | 'not-sent' = 'refused';
  const { dispatcher, nudged } = dispatcherWith(() => Promise.reject(new DeliveryError(failure)));
  const id = await promised();
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toHaveLength(1));
  failure = 'not-sent';
  await refusedSince(id, 3);
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toHaveLength(2));
  expect((await row(id)).refusedAt).not.toBeNull();
  failure = 'no-rights';
  await refusedSince(id, 3);
  dispatcher.keep({ id, botId: null });
  await eventually(() => expect(nudged).toHaveLength(3));
  expect((await row(id)).refusedAt).toBeNull();
  await dispatcher.close(1_000);
});

test('one bot’s long line does not keep another’s promise waiting', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const other = await promised();
  const { dispatcher } = dispatcherWith(async (_payload, { id }) => {
    if (id !== other) await held;
    return 'kept';
  });
  const line = await Promise.all(Array.from({ length: 20 }, () => promised()));
  for (const id of line) dispatcher.keep({ id, botId: 1 });
  dispatcher.keep({ id: other, botId: 2 });
  await eventually(async () => expect((await row(other)).outcome).toBe('kept'));
  expect(await Promise.all(line.map(async (id) => (await row(id)).outcome))).toEqual(Array(20).fill(null));
  release();
  await eventually(async () =>
    expect(await Promise.all(line.map(async (id) => (await row(id)).outcome))).toEqual(
      Array(20).fill('kept'),
    ),
  );
  await dispatcher.close(1_000);
});

test('what is finished stays finished', async () => {
  const id = await promised();
  await claimPromise(database.prisma, id, 'a', NOW);
  await finishPromise(database.prisma, id, 'a', 'kept', NOW);
  expect(await claimPromise(database.prisma, id, 'b', NOW)).toBeNull();
});
