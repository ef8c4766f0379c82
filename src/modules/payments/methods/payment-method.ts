import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';

/**
 * What a buyer must know to pay by each method. A method adds its own, which its view shows. Which bots offer it says
 * the view `payment_methods_offered` in Postgres; Stars pay for those plans alone that have a price in them.
 */
// biome-ignore lint/suspicious/noEmptyInterface: methods fill it.
export interface PaymentInstructions {}

export type PaymentMethod = keyof PaymentInstructions;

/** What is to be paid, and who pays it. */
export interface OrderToPay {
  id: number;
  endUserId: number;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  isTest: boolean;
}

export interface PaymentMethodDefinition<M extends PaymentMethod> {
  /** Read within the transaction of a choice. @throws AppError `planGone` where the bot cannot be paid so any more */
  instructions: (db: Db, scope: TenantScope, order: OrderToPay) => Promise<PaymentInstructions[M]>;
}

export type PaymentMethodTable = { readonly [M in PaymentMethod]: PaymentMethodDefinition<M> };
