import { randomBytes } from 'node:crypto';
import type { Person, SandboxBot } from '../accounts.ts';

/** What a bot asks to be paid. Whoever holds its link may pay it, again and again. */
export interface Invoice {
  readonly bot: SandboxBot;
  readonly title: string;
  readonly description: string;
  readonly payload: string;
  /** Whole Stars. */
  readonly amount: number;
  /** Seconds until the next charge; undefined for what is paid once. */
  readonly period: number | undefined;
}

/** One payment that was made. */
export interface Charge {
  readonly id: string;
  readonly providerChargeId: string;
  readonly invoice: Invoice;
  readonly person: Person;
  isRefunded: boolean;
}

/** Stars that came to a bot, or went back from it. */
interface Transfer {
  readonly charge: Charge;
  readonly isRefund: boolean;
  readonly at: Date;
}

export interface Subscription {
  readonly invoice: Invoice;
  readonly person: Person;
  /** Its id is the subscription's, for as long as that lasts. */
  readonly firstCharge: Charge;
  /** When it ends or is charged again. */
  until: Date;
  /** Paid up to its end, out of Stars at the end, or over without a further charge. */
  state: 'running' | 'failed' | 'ended';
  /** No charge follows. */
  isCanceled: boolean;
  /** False: the bot has canceled it, so the person cannot take that back. */
  isResumable: boolean;
}

/** A question to a bot whether a payment may be made. */
export interface Checkout {
  readonly bot: SandboxBot;
  readonly askedAt: Date;
  answer: CheckoutAnswer | undefined;
}

/** The text of a refusal is shown to the person. */
export type CheckoutAnswer = { ok: true } | { ok: false; text: string };

/** Who has how many Stars, and how they came by them. */
export class StarLedger {
  readonly invoices = new Map<string, Invoice>();
  readonly charges = new Map<string, Charge>();
  readonly subscriptions: Subscription[] = [];
  readonly checkouts = new Map<string, Checkout>();
  readonly #transfers: Transfer[] = [];
  readonly #balances = new Map<number, number>();

  /** @returns the invoice's link */
  publish(invoice: Invoice): string {
    const link = `https://t.me/$${randomBytes(12).toString('base64url')}`;
    this.invoices.set(link, invoice);
    return link;
  }

  balanceOf(person: Person): number {
    return this.#balances.get(person.id) ?? 0;
  }

  give(person: Person, amount: number): void {
    this.#balances.set(person.id, this.balanceOf(person) + amount);
  }

  take(invoice: Invoice, person: Person, at: Date): Charge {
    this.give(person, -invoice.amount);
    const charge = {
      id: `stx${randomBytes(48).toString('base64url')}`,
      providerChargeId: `${person.id}_${this.charges.size + 1}`,
      invoice,
      person,
      isRefunded: false,
    };
    this.charges.set(charge.id, charge);
    this.#transfers.push({ charge, isRefund: false, at });
    return charge;
  }

  refund(charge: Charge, at: Date): void {
    charge.isRefunded = true;
    this.give(charge.person, charge.invoice.amount);
    this.#transfers.push({ charge, isRefund: true, at });
  }

  /** Oldest first. */
  transfersOf(bot: SandboxBot): Transfer[] {
    return this.#transfers.filter(({ charge }) => charge.invoice.bot === bot);
  }

  earnedBy(bot: SandboxBot): number {
    return this.transfersOf(bot).reduce(
      (sum, { charge, isRefund }) => sum + (isRefund ? -1 : 1) * charge.invoice.amount,
      0,
    );
  }
}
