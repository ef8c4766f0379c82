import { HOUR_MS } from '../../../src/shared/durations.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** A month goes by: warnings, an end, and a way back in. */
export async function timePasses(stage: Stage, { mainBot, shop, owner, member, group }: Cast): Promise<void> {
  const { expiresAt } = await stage.database.subscription.findFirstOrThrow({
    where: { endUser: { telegramUserId: member.person.id }, status: 'active' },
  });
  const before = (hours: number) => new Date((expiresAt?.getTime() ?? 0) - hours * HOUR_MS);

  await stage.comes(before(71), 'A month goes by. Not three days are left.');
  await stage.jobs.warn();
  await member.reads(shop, 'Осталось: 2 дня');
  await stage.comes(before(5), 'Two more days go by.');
  await stage.jobs.warn();
  await member.reads(shop, /Осталось: (?:4 часа|5 часов)/);
  await stage.comes(before(0), 'The month is over.');
  await stage.jobs.expire();
  await member.reads(shop, 'закончилась');
  await stage.until(() => !group.has(member.person), 'the member is out');
  await owner.reads(mainBot, /Ольга.*was removed/);
  stage.expect(!group.isBanned(member.person), 'no ban is left behind');
  stage.transcript.tells('Ольга is out, without a ban: she may come back at any time.');
  await member.taps(shop, /🔁/);
  await member.reads(shop, 'Переведите ровно эту сумму');
}
