import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';

/**
 * The server, with a channel to its parent. `{ dieAfter: n }`: kills itself without a word after its n-th statement to
 * Postgres from now on. `{ look: true }`: says what its heap holds once all garbage is gone, and whether every object has
 * got a property that it should not have.
 */
let left = Number.POSITIVE_INFINITY;

process.on('message', (order: { dieAfter: number } | { look: true }) => {
  if ('dieAfter' in order) {
    left = order.dieAfter;
    process.send?.('armed');
    return;
  }
  collectGarbage();
  const isPolluted = Object.keys(Object.prototype).length > 0;
  process.send?.({ heapBytes: process.memoryUsage().heapUsed, isPolluted });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

const query = pg.Client.prototype.query;
pg.Client.prototype.query = function count(this: pg.Client, ...given: unknown[]) {
  const done = Reflect.apply(query, this, given) as unknown;
  const countDown = () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  if (done instanceof Promise) void done.then(countDown, countDown);
  return done;
} as typeof query;

await import('../../src/main.ts');
