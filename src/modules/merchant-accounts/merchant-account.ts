import { z } from 'zod';

/** Those by whom an owner's buyers pay into an account of the owner's own. */
export const PROVIDERS = ['payme', 'click', 'uzum'] as const;
export type Provider = (typeof PROVIDERS)[number];

export function isProvider(name: string): name is Provider {
  return (PROVIDERS as readonly string[]).includes(name);
}

/** What is no secret of an account, as `merchant_accounts.details` keeps it. */
const DETAILS = {
  payme: z.object({ cashboxId: z.string(), login: z.string() }),
  click: z.object({ serviceId: z.string(), merchantId: z.string(), merchantUserId: z.string().nullable() }),
  uzum: z.object({ serviceId: z.string(), login: z.string(), testLogin: z.string().nullable() }),
} as const satisfies Record<Provider, z.ZodType>;

export type MerchantDetails = { [P in Provider]: z.infer<(typeof DETAILS)[P]> };

/** @throws ZodError for what was never entered */
export function readDetails<P extends Provider>(provider: P, stored: unknown): MerchantDetails[P] {
  // A reader for each provider gives that provider's details, which the compiler cannot follow through the table.
  return DETAILS[provider].parse(stored) as MerchantDetails[P];
}

/** Plain keys, one for each world: hand them to a comparison or a signature and nowhere else. */
export interface MerchantSecrets {
  live: string;
  /** Null: none was entered, or the provider has one for both. */
  test: string | null;
}

const secrets = z.object({ live: z.string(), test: z.string().nullable() });

export function readSecrets(text: string): MerchantSecrets {
  return secrets.parse(JSON.parse(text));
}

export function writeSecrets({ live, test }: MerchantSecrets): string {
  return JSON.stringify({ live, test });
}

/** What a fiscal receipt says of whatever is sold. */
export interface FiscalData {
  ikpu: string;
  packageCode: string;
  vatPercent: number;
}

/** Null unless all of it is known. */
export function toFiscalData(row: { [K in keyof FiscalData]: FiscalData[K] | null }): FiscalData | null {
  const { ikpu, packageCode, vatPercent } = row;
  return ikpu === null || packageCode === null || vatPercent === null
    ? null
    : { ikpu, packageCode, vatPercent };
}
