import type { z } from 'zod';

/** A limit was reached. */
export class TooFastError extends Error {
  override readonly name = 'TooFastError';
  readonly waitSeconds: number;

  constructor(waitSeconds: number) {
    super('too fast');
    this.waitSeconds = waitSeconds;
  }
}

/** Something that has no room for this at present. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly waitSeconds: number;

  constructor(waitSeconds: number) {
    super('busy');
    this.waitSeconds = waitSeconds;
  }
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
