import type { PaymentMethod } from '../../modules/payments/methods/payment-method.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { endUserIn, pressedBy, type SellerContext } from '../common/context.ts';
import type { Screen } from '../common/screen.ts';
import { methodScreen, orderScreen } from '../views/buyer/payment-methods.ts';
import { lostCodeScreen } from '../views/buyer/storefront.ts';
import { trialBegunScreen } from '../views/buyer/trials.ts';
import { withInvoiceLink } from './stars/star-invoice.ts';

/** Somebody wants a plan, by a button or by a link to it. @returns what they see then: how to pay, by which method, or what has begun */
export type ChoosePlan = (
  context: SellerContext,
  planId: number,
  method: PaymentMethod | null,
) => Promise<Screen>;

export function createChoosePlan(deps: BotDeps): ChoosePlan {
  return async (context, planId, method) => {
    const buyer = pressedBy(await endUserIn(context));
    const chosen = await deps.services.checkout.choosePlan(context.scope, buyer, { planId, method });
    const viewer = viewerOf(context, deps);
    if ('trialOf' in chosen) return trialBegunScreen(viewer, chosen);
    if ('why' in chosen) return lostCodeScreen(viewer, chosen);
    if ('methods' in chosen) return methodScreen(viewer, chosen);
    return orderScreen(viewer, await withInvoiceLink(context, viewer, chosen));
  };
}
