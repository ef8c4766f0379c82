import type { ErrorCode } from '../shared/locale-keys.ts';

/** Something a person did that cannot be: answered politely, never reported. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, params: Record<string, string | number> = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

const ABOUT_WHAT_WAS_TYPED =
  /^(?:price|planTerm|planName|botSetting|promoField|promo|source|free|botPhoto|card|welcome|terms|rejectText|castText)\.|^settingText$|^tooBroad$/;

/** Whether an error is about what a person typed alone: they may type it anew. */
export function isAboutWhatWasTyped(code: ErrorCode): boolean {
  return ABOUT_WHAT_WAS_TYPED.test(code);
}
