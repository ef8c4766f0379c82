import { advertisementIn } from '../platform/platform-settings.ts';

/** What stands in the seller bot's answer to /start: nothing, the platform's own words, or the default text. */
export type Advertisement = { shown: false } | { shown: true; text: string | null };

/** What `advertisementColumns` select. */
export interface AdvertisementRow {
  ownerPays: boolean;
  advertisement: string | null;
}

/** Whether an owner pays at a time, and the line in a language: each of them is an expression of SQL. */
export const advertisementColumns = (of: { ownerId: string; language: string; now: string }): string => `
  EXISTS (SELECT FROM admin_subscriptions
           WHERE user_admin_id = ${of.ownerId} AND status = 'active'
             AND (expires_at IS NULL OR expires_at > ${of.now})) AS "ownerPays",
  ${advertisementIn(of.language)} AS advertisement`;

/** The free tariff carries one line of Getolog's in every answer to /start. */
export function toAdvertisement({ ownerPays, advertisement }: AdvertisementRow): Advertisement {
  return ownerPays ? { shown: false } : { shown: true, text: advertisement };
}
