import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwner } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { toAsciiDigits } from '../../shared/digits.ts';
import type { NumberName, ReferralMode, SwitchName } from './bot-setting-names.ts';
import { type BotSettings, NUMBERS, readSettings, SWITCHES } from './bot-settings.ts';

/** A change of any of them touches nothing that was begun before. */
export function createBotSettingsService({
  prisma,
  transact,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
}) {
  async function read(scope: TenantScope, actor: Actor): Promise<BotSettings> {
    await requireMayRead(prisma, scope, actor, 'shop');
    return readSettings(prisma, scope.botId);
  }

  /** @param text as the owner typed it @throws AppError `botSetting.outOfRange` with the range, and nothing stored */
  async function setNumber(
    scope: TenantScope,
    actor: Actor,
    { name, text }: { name: NumberName; text: string },
  ): Promise<void> {
    const { sets, min, max } = NUMBERS[name];
    const typed = toAsciiDigits(text.trim());
    const value = /^\d{1,4}$/.test(typed) ? Number(typed) : Number.NaN;
    if (!(value >= min && value <= max)) throw new AppError('botSetting.outOfRange', { min, max });
    await change(scope, actor, () => ({ [sets]: value }));
  }

  /** How an owner is paid and told is theirs alone. */
  async function flip(scope: TenantScope, actor: Actor, name: SwitchName): Promise<void> {
    const sets = SWITCHES[name];
    await change(scope, actor, (present) => ({ [sets]: !present[sets] }), requireOwner);
  }

  async function setSwitch(
    scope: TenantScope,
    actor: Actor,
    { name, isOn }: { name: SwitchName; isOn: boolean },
  ): Promise<void> {
    await change(scope, actor, () => ({ [SWITCHES[name]]: isOn }), requireOwner);
  }

  async function setReferral(scope: TenantScope, actor: Actor, referral: ReferralMode): Promise<void> {
    await change(scope, actor, () => ({ referral }));
  }

  async function change(
    scope: TenantScope,
    actor: Actor,
    changed: (present: BotSettings) => Partial<BotSettings>,
    requireAllowed: typeof requireOwner = (db, ...acting) => requireMay(db, ...acting, 'shop'),
  ): Promise<void> {
    const { botId } = scope;
    await transact(async ({ db, audit, once }) => {
      await requireAllowed(db, scope, actor);
      if (!(await once(actor.act))) return;
      await db.botSettings.createMany({ data: [{ botId }], skipDuplicates: true });
      // What is flipped twice at once is flipped twice.
      await db.$queryRaw`SELECT 1 FROM bot_settings WHERE user_bot_id = ${botId} FOR UPDATE`;
      await db.botSettings.update({ where: { botId }, data: changed(await readSettings(db, botId)) });
      audit(actor, 'bot.setting-set', { bot: botId });
    });
  }

  return { read, setNumber, flip, setSwitch, setReferral };
}
