import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMANDS = fileURLToPath(new URL('../../../src/commands', import.meta.url));

/** What tests run as a process of its own: its name, and where its source is in the project. */
export function listPrograms(): Record<string, string> {
  const commands = readdirSync(COMMANDS).map((file) => [basename(file, '.ts'), `src/commands/${file}`]);
  return {
    server: 'src/main.ts',
    'dying-server': 'test/support/servers/dying-server.ts',
    ...Object.fromEntries(commands),
  };
}

/**
 * The one file of JavaScript that `test/setup/programs.ts` makes of a program before a run; inside the project, where
 * its packages are found.
 */
export function programFile(name: string): string {
  return fileURLToPath(new URL(`../../../.cache/programs/${name}.mjs`, import.meta.url));
}
