import { AppError } from '../../shared/errors.ts';
import type { BotDeps } from '../bot-deps.ts';
import type { SellerContext } from '../context.ts';
import { createReviewDesk, type ReviewDesk } from '../review-desk.ts';

/** The owner decides receipts in their own bot. To anybody else these buttons are nothing. */
export function review(deps: BotDeps): ReviewDesk<SellerContext> {
  return createReviewDesk(deps, ({ isOwner, scope }) =>
    isOwner ? Promise.resolve(scope) : Promise.reject(new AppError('notFound')),
  );
}
