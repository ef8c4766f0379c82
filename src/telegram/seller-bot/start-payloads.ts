import type { ArrivalLink } from '../../modules/end-users/arrival.ts';
import { readInvitePayload } from '../../shared/invite-code.ts';
import { serial } from '../common/callback-data.ts';
import { type SellerContext, startPayloadIn } from '../common/context.ts';

/** What a link to the bot may ask for besides opening it: `t.me/<username>?start=<payload>`. */
export interface StartWish {
  /** Straight to one plan. */
  planId: number | null;
  /** A promo code, as it stands there. */
  code: string | null;
  /** Of whoever sent the link to a friend. */
  inviteCode: string | null;
  /** Where the link was advertised, and what the advertiser calls this click. */
  source: { slug: string; click: string | null } | null;
}

const CODE_LINK = /^p_([A-Za-z0-9_-]{1,62})$/;
const PLAN_LINK = new RegExp(`^plan_(${serial.pattern})$`);
const SOURCE_LINK = /^c_([a-z0-9-]{2,24})(?:_([A-Za-z0-9-]{1,36}))?$/;

/** What nobody knows, or knows no more, is a plain /start. */
export function readStartPayload(payload: string): StartWish {
  const [, slug, click = null] = SOURCE_LINK.exec(payload) ?? [];
  return {
    planId: serial.read(PLAN_LINK.exec(payload)?.[1] ?? '') || null,
    code: CODE_LINK.exec(payload)?.[1] ?? null,
    inviteCode: readInvitePayload(payload),
    source: slug === undefined ? null : { slug, click },
  };
}

/** What the link says of who or what brings its opener; null where it says nothing of that. */
export function arrivalLinkIn(context: SellerContext): ArrivalLink | null {
  const { inviteCode, source } = readStartPayload(startPayloadIn(context));
  return inviteCode === null && source === null ? null : { inviteCode, sourceSlug: source?.slug ?? null };
}
