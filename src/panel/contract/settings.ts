import { z } from 'zod';
import { NUMBER_NAMES, SWITCH_NAMES } from '../../modules/bot-settings/bot-setting-names.ts';
import { MANAGER_ROLES } from '../../shared/team/roles.ts';
import { instant, rowId, telegramId } from './shapes.ts';

/** What a bot may be paid by beside its card. */
export const METHOD_NAMES = ['payme', 'click', 'uzum'] as const;
const number = z.strictObject({ value: z.int(), min: z.int(), max: z.int() });

export const settings = z.strictObject({
  /** `8600 •••• •••• 9012`, never more of it; null: none yet. */
  card: z.strictObject({ number: z.string(), holder: z.string().nullable() }).nullable(),
  /** Null, as the switches, for whoever helps: how an owner is paid and told is theirs alone. */
  methods: z
    .array(
      z.strictObject({
        name: z.enum(['card', ...METHOD_NAMES]),
        on: z.boolean(),
        /** Buyers can pay by it once it is on. */
        ready: z.boolean(),
      }),
    )
    .nullable(),
  numbers: z.record(z.enum(NUMBER_NAMES), number),
  switches: z.record(z.enum(SWITCH_NAMES), z.boolean()).nullable(),
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

const managerRole = z.enum(MANAGER_ROLES);

/** Who helps with a bot, or has asked to. */
export const manager = z.strictObject({
  id: z.int(),
  telegramId,
  name: z.string(),
  username: z.string().nullable(),
  role: managerRole,
  state: z.enum(['asked', 'active']),
  since: instant,
});
export type Manager = z.infer<typeof manager>;

export const team = z.strictObject({
  /** The first one first. */
  items: z.array(manager),
  /** As many there may be, with those who have asked. */
  most: z.int(),
  /** Receipts go to managers alone; the owner gets those that still wait after a day. */
  quietReceipts: z.boolean(),
});
export type Team = z.infer<typeof team>;

export const invitedAs = z.strictObject({ botId: z.string().optional(), role: managerRole });
export type InvitedAs = z.infer<typeof invitedAs>;

/** It is shown this once. */
export const invitation = z.strictObject({
  link: z.string(),
  role: managerRole,
  /** For so long it works. */
  hours: z.int(),
});
export type Invitation = z.infer<typeof invitation>;

export const changedRole = z.strictObject({ botId: z.string().optional(), id: rowId, role: managerRole });
export type ChangedRole = z.infer<typeof changedRole>;
