import { appendFileSync } from 'node:fs';

/** Loaded into the server before anything else: on SIGUSR2 it writes down what its heap holds after a collection. */
const file = process.env['HEAP_FILE'];
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  if (file) appendFileSync(file, `${process.memoryUsage().heapUsed}\n`);
});
