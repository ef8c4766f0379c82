import pg from 'pg';

/**
 * The server, which kills itself without a word after its n-th statement to Postgres since it was told to count.
 * Told over the channel to its parent: `{ dieAfter: n }`.
 */
let left = Number.POSITIVE_INFINITY;

process.on('message', (order: { dieAfter: number }) => {
  left = order.dieAfter;
  process.send?.('armed');
});

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
