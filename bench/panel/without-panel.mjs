import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into the server before anything else: with `PANEL=without` the panel is a plugin that does nothing, and nothing of
 * it is loaded. Loaded into the other one as well, so that it costs both the same. On SIGUSR2 either lets go of what nothing
 * uses, and says how many bytes are left.
 */
if (isMainThread) {
  register(import.meta.url);
  process.on('SIGUSR2', () => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.stdout.write(`kept ${heapUsed + external}\n`);
  });
}

export async function load(url, context, next) {
  if (process.env['PANEL'] !== 'without' || !url.endsWith('/dist/panel/panel.js')) return next(url, context);
  const source = 'export const createPanel = () => async () => {};';
  return { format: 'module', shortCircuit: true, source };
}
