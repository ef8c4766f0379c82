import { z } from 'zod';
import { NUMBER_NAMES, SWITCH_NAMES } from '../../modules/bot-settings/bot-setting-names.ts';

/** What a bot may be paid by beside its card. */
export const METHOD_NAMES = ['payme', 'click', 'uzum'] as const;
const number = z.strictObject({ value: z.int(), min: z.int(), max: z.int() });

export const settings = z.strictObject({
  /** `8600 •••• •••• 9012`, never more of it; null: none yet. */
  card: z.strictObject({ number: z.string(), holder: z.string().nullable() }).nullable(),
  methods: z.array(
    z.strictObject({
      name: z.enum(['card', ...METHOD_NAMES]),
      on: z.boolean(),
      /** Buyers can pay by it once it is on. */
      ready: z.boolean(),
    }),
  ),
  numbers: z.record(z.enum(NUMBER_NAMES), number),
  switches: z.record(z.enum(SWITCH_NAMES), z.boolean()),
  referral: z.enum(['off', 'days', 'percent']),
});
export type Settings = z.infer<typeof settings>;

/** A new card, or whether it is paid to. */
export const cardBody = z.union([
  z.strictObject({ number: z.string().max(100), holder: z.string().max(200) }),
  z.strictObject({ value: z.boolean() }),
]);
export type CardBody = z.infer<typeof cardBody>;

/** `luhn`: its check digit is another, which is taken for all that. */
export const cardChanged = z.strictObject({ warning: z.literal('luhn').nullable() });
export type CardChanged = z.infer<typeof cardChanged>;

export const oneSetting = z.strictObject({
  botId: z.string().optional(),
  name: z.enum([...METHOD_NAMES, ...NUMBER_NAMES, ...SWITCH_NAMES, 'referral']),
});
export type OneSetting = z.infer<typeof oneSetting>;

/** A number as somebody types it, whether something is on, or what inviters get. */
export const settingBody = z.strictObject({
  value: z.union([z.boolean(), z.int(), z.string().max(100)]),
});
export type SettingBody = z.infer<typeof settingBody>;
