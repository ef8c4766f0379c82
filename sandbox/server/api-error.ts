export interface ErrorParameters {
  retry_after?: number;
  migrate_to_chat_id?: number;
}

/** What Telegram answers instead of a result. */
export class ApiError extends Error {
  readonly code: number;
  readonly description: string;
  readonly parameters: ErrorParameters | undefined;
  /** True where only a mistake in the calling program can be the reason, never the state of the world. */
  readonly isCallersBug: boolean;

  constructor(
    code: number,
    description: string,
    options: { parameters?: ErrorParameters; isCallersBug?: boolean } = {},
  ) {
    super(description);
    this.name = 'ApiError';
    this.code = code;
    this.description = description;
    this.parameters = options.parameters;
    this.isCallersBug = options.isCallersBug ?? false;
  }
}

export const badRequest = (reason: string): ApiError => new ApiError(400, `Bad Request: ${reason}`);
export const forbidden = (reason: string): ApiError => new ApiError(403, `Forbidden: ${reason}`);
export const conflict = (reason: string): ApiError => new ApiError(409, `Conflict: ${reason}`);
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized');

/** A 400 that no state of the world explains: the sandbox keeps it for the tests to see. */
export const callersBug = (reason: string): ApiError =>
  new ApiError(400, `Bad Request: ${reason}`, { isCallersBug: true });
