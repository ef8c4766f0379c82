import { z } from 'zod';
import { SETTING_NAMES } from '../../../modules/platform/setting-names.ts';
import { auditLine, auditQuery } from '../audit.ts';
import { instant, money, pageOf, telegramId } from '../shapes.ts';

/** The platform at a glance. */
export const dashboard = z.strictObject({
  asOf: instant,
  owners: z.int(),
  /** Those that run, and those whose token died. */
  bots: z.int(),
  failingBots: z.int(),
  waitingTariffs: z.int(),
  /** Connections that wait to be opened to buyers. */
  waitingConnections: z.int(),
  /** People with access, in all bots. */
  live: z.int(),
  /** Through all bots, in soʻm: since midnight, of 7 and of 30 days. */
  turnover: z.strictObject({ today: money, week: money, month: money }),
});
export type Dashboard = z.infer<typeof dashboard>;

const setting = z.strictObject({
  name: z.enum(SETTING_NAMES),
  kind: z.enum(['amount', 'days', 'card', 'text']),
  /** A card masked, as everywhere; null: not set. */
  value: z.string().nullable(),
});
export type PlatformSetting = z.infer<typeof setting>;

export const platformSettings = z.strictObject({ items: z.array(setting) });
export type PlatformSettings = z.infer<typeof platformSettings>;

export const oneSetting = z.strictObject({ name: z.enum(SETTING_NAMES) });
export type OneSetting = z.infer<typeof oneSetting>;

/** As it is typed; a number may come as one. */
export const settingBody = z.strictObject({
  value: z.union([z.string().max(1_000), z.number().transform(String)]),
});
export type SettingBody = z.infer<typeof settingBody>;

export const platformAuditQuery = auditQuery;
export type PlatformAuditQuery = z.infer<typeof platformAuditQuery>;

const platformAuditLine = auditLine.extend({
  id: z.string(),
  /** The bot's username; null: it concerns the platform. */
  bot: z.string().nullable(),
});
export type PlatformAuditLine = z.infer<typeof platformAuditLine>;
export const platformAuditPage = pageOf(platformAuditLine);

const status = z.enum(['healthy', 'degraded', 'unhealthy']);

export const systemHealth = z.strictObject({
  asOf: instant,
  status,
  /** What the platform stands on, now and in the last 24 hours. */
  components: z.array(
    z.strictObject({
      name: z.enum(['database', 'redis', 'telegram_api', 'queue']),
      status,
      responseMs: z.int(),
      /** From 0 to 1, degraded is up; null: it was not looked at. */
      uptime: z.number().nullable(),
      worstMs: z.int().nullable(),
      changedAt: instant.nullable(),
    }),
  ),
  /** How long the oldest of what is due waits; null: it cannot be read. */
  lateSeconds: z.int().nullable(),
  queues: z.array(
    z.strictObject({ name: z.string(), waiting: z.int(), failed: z.int(), lateSeconds: z.int() }),
  ),
  /** Bots whose token died. */
  failingBots: z.array(
    z.strictObject({
      id: telegramId,
      username: z.string(),
      owner: z.strictObject({ id: z.int(), name: z.string() }),
      since: instant.nullable(),
    }),
  ),
  /** The last of each kind, the newest first. */
  alerts: z.array(z.strictObject({ kind: z.string(), at: instant, open: z.boolean() })),
});
export type SystemHealth = z.infer<typeof systemHealth>;
