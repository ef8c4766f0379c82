import { config } from 'dotenv';
import { hasCode } from './observability/error-code.ts';

/** `.env` is there and cannot be used; the message says why. */
export class EnvironmentFileError extends Error {
  override readonly name = 'EnvironmentFileError';
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it. Give it to the user that runs Getolog',
  EISDIR: 'it is a directory. Put a file there',
};

/**
 * Adds what `.env` of the working directory says to the environment, which goes before it. No such file is no fault.
 *
 * @throws EnvironmentFileError
 */
export function loadEnvironmentFile(): void {
  const { error } = config({ quiet: true });
  if (error === undefined || hasCode(error, 'ENOENT')) return;
  const code = 'code' in error ? String(error.code) : '';
  throw new EnvironmentFileError(
    `.env cannot be read: ${WHY[code] ?? error.message}, or remove it and set the environment.`,
  );
}
