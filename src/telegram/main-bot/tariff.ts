import { Composer } from 'grammy';
import { type BotDeps, readerOf } from '../bot-deps.ts';
import { onPress } from '../callback-data.ts';
import type { MainContext } from '../context.ts';
import { TARIFF } from '../routes.ts';
import { show } from '../screen.ts';
import { tariffScreen } from '../views/owner-desk.ts';

/** What the owner pays Getolog. */
export function tariff(deps: BotDeps): Composer<MainContext> {
  const composer = new Composer<MainContext>();
  onPress(composer, TARIFF, async (context) => {
    const page = await deps.services.tariffs.openPage(context.owner);
    await show(context, tariffScreen(readerOf(context, deps), page));
  });
  return composer;
}
