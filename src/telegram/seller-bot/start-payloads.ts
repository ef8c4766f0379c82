import { serial } from '../common/callback-data.ts';

/** What a link to the bot may ask for besides opening it: `t.me/<username>?start=<payload>`. */
export interface StartWish {
  /** Straight to one plan. */
  planId: number | null;
  /** A promo code, as it stands there. */
  code: string | null;
}

const CODE_LINK = /^p_([A-Za-z0-9_-]{1,62})$/;
const PLAN_LINK = new RegExp(`^plan_(${serial.pattern})$`);

/** What nobody knows, or knows no more, is a plain /start. */
export function readStartPayload(payload: string): StartWish {
  return {
    planId: serial.read(PLAN_LINK.exec(payload)?.[1] ?? '') || null,
    code: CODE_LINK.exec(payload)?.[1] ?? null,
  };
}
