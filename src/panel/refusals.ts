import type { z } from 'zod';

/** Not now: after some seconds the same may be done. */
abstract class NotNowError extends Error {
  readonly waitSeconds: number;

  constructor(waitSeconds: number) {
    super('not now');
    this.waitSeconds = waitSeconds;
  }
}

/** A limit was reached. */
export class TooFastError extends NotNowError {
  override readonly name = 'TooFastError';
}

/** Something that has no room for this at present. */
export class BusyError extends NotNowError {
  override readonly name = 'BusyError';
}

/** What was sent is none of what the contract takes. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
  readonly issues: readonly z.core.$ZodIssue[];

  constructor(issues: readonly z.core.$ZodIssue[]) {
    super('malformed');
    this.issues = issues;
  }
}

/**
 * Reads what somebody sent where no schema of a route says what it is.
 * @throws MalformedError
 */
export function readSent<Shape extends z.ZodType>(shape: Shape, sent: unknown): z.output<Shape> {
  const read = shape.safeParse(sent);
  if (!read.success) throw new MalformedError(read.error.issues);
  return read.data;
}
