/** Something a person did that cannot be: answered politely, never reported. */
export class AppError extends Error {
  override readonly name = 'AppError';
  /** A locale key under `errors`. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;

  constructor(code: string, params: Record<string, string | number> = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}
