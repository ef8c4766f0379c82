import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** What git knows below these folders, and what is there and not added yet; so neither what is made nor what is installed. */
export async function trackedFiles(...folders: string[]): Promise<string[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders];
  const { stdout } = await promisify(execFile)('git', list);
  return stdout.split('\n').filter((path) => path !== '' && existsSync(path));
}
