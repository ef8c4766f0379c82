import { GrammyError, HttpError } from 'grammy';

/** What may be said of an error: its kind, its code and its place; never what it carried. */
export interface ErrorRecord {
  name: string;
  message: string;
  code?: string | number;
  method?: string;
  stack?: string;
  cause?: ErrorRecord;
}

/** A chain of causes longer than this is a circle. */
const MAX_DEPTH = 5;

/**
 * Describes an error for logs and reports. grammY's errors hold people's texts and the token's URL, Prisma's hold
 * values of rows: of those only names, codes and methods are kept.
 */
export function describeError(error: unknown, depth = 0): ErrorRecord {
  if (!(error instanceof Error))
    return { name: typeof error, message: 'something that is no error was thrown' };
  const inner = error instanceof HttpError ? error.error : error.cause;
  return {
    name: error.name,
    message: safeMessage(error),
    ...codeOf(error),
    ...(error instanceof GrammyError ? { method: error.method } : {}),
    ...(isTalkative(error) || error.stack === undefined ? {} : { stack: error.stack }),
    ...(inner !== undefined && depth < MAX_DEPTH ? { cause: describeError(inner, depth + 1) } : {}),
  };
}

/** Errors whose message repeats what they were given. */
function isTalkative(error: Error): boolean {
  return error instanceof GrammyError || error instanceof HttpError || error.name.startsWith('Prisma');
}

function safeMessage(error: Error): string {
  if (error instanceof GrammyError) return error.description;
  if (error instanceof HttpError) return 'the call did not come through';
  if (error.name.startsWith('Prisma')) return 'the database refused a query';
  return error.message;
}

function codeOf(error: Error): { code?: string | number } {
  if (error instanceof GrammyError) return { code: error.error_code };
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' || typeof code === 'number' ? { code } : {};
}
