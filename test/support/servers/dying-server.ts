import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';

/**
 * The server, with a channel to its parent. `{ dieAfter: n }`: kills itself without a word after its n-th statement to
 * Postgres from now on. `{ look: true }`: says what its heap holds once all garbage is gone, and whether every object has
 * got a property that it should not have. `{ listen: true }`: notes the statements from now on. `{ tell: true }`: says them.
 */
let heard: string[] = [];
let left = Number.POSITIVE_INFINITY;

process.on('message', (order: { dieAfter: number } | { listen: true } | { tell: true } | { look: true }) => {
  if ('dieAfter' in order) {
    left = order.dieAfter;
    process.send?.('armed');
    return;
  }
  if ('listen' in order) {
    heard = [];
    process.send?.('listening');
    return;
  }
  if ('tell' in order) {
    process.send?.(heard);
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
    heard.push(textOf(given[0]));
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  if (done instanceof Promise) void done.then(countDown, countDown);
  return done;
} as typeof query;

/** Without its values, which differ each time. */
function textOf(given: unknown): string {
  return typeof given === 'object' && given !== null && 'text' in given ? String(given.text) : String(given);
}

await import('../../../src/main.ts');
