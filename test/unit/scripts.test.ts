import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};

// npm passes a signal on to its shell alone: a program beneath it would go on, with its Postgres and its Redis.
test.each(['start', 'dev', 'demo', 'bench', 'soak'])(
  'what npm run %s starts hears the signals itself',
  (name) => {
    expect(scripts[name]?.split(/&&|\|\||;/).at(-1)).toMatch(/^ exec /);
  },
);
