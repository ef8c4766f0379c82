import { Composer } from 'grammy';
import type { BotDeps } from '../../bot-deps.ts';
import { readerOf } from '../../bot-deps.ts';
import { onPress } from '../../callback-data.ts';
import { type MainContext, telegramBotIdOf, telegramUserIdOf } from '../../context.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import {
  MOD,
  MOD_OWNER,
  MOD_OWNER_BAN,
  MOD_OWNER_GRANT,
  MOD_OWNER_UNBAN,
  MOD_OWNERS,
  MOD_SET,
  MOD_SETTINGS,
  MOD_TARIFF_APPROVE,
  MOD_TARIFF_REJECT,
  MOD_TARIFFS,
} from '../../routes.ts';
import { send, show } from '../../screen.ts';
import {
  askSettingScreen,
  moderatorScreen,
  ownerScreen,
  ownersScreen,
  settingsScreen,
  tariffDecidedScreen,
  tariffsScreen,
} from '../../views/moderator.ts';

/** Everything for moderators. To anybody else nothing of it exists. */
export function moderatorDesk(
  deps: BotDeps,
  moderatorIds: readonly bigint[],
): { composer: Composer<MainContext>; answers: AnswerHandlers<MainContext> } {
  const { moderation, openQuestions, tariffs } = deps.services;
  const isModerator = ({ owner }: MainContext) => moderatorIds.includes(owner.telegramUserId);
  const composer = new Composer<MainContext>();
  const desk = composer.filter(isModerator);
  const me = (context: MainContext) => context.owner.telegramUserId;

  desk.command('admin', (context) => send(context, moderatorScreen(readerOf(context, deps))));
  onPress(desk, MOD, (context) => show(context, moderatorScreen(readerOf(context, deps))));

  onPress(desk, MOD_OWNERS, async (context, before) =>
    show(context, ownersScreen(readerOf(context, deps), await moderation.listOwners(before))),
  );

  async function showOwner(context: MainContext, ownerId: number): Promise<void> {
    await show(context, ownerScreen(readerOf(context, deps), await moderation.openOwner(ownerId)));
  }

  onPress(desk, MOD_OWNER, showOwner);
  onPress(desk, MOD_OWNER_BAN, async (context, ownerId) => {
    await moderation.setOwnerBanned(me(context), ownerId, true);
    await showOwner(context, ownerId);
  });
  onPress(desk, MOD_OWNER_UNBAN, async (context, ownerId) => {
    await moderation.setOwnerBanned(me(context), ownerId, false);
    await showOwner(context, ownerId);
  });
  onPress(desk, MOD_OWNER_GRANT, async (context, ownerId, months) => {
    await tariffs.grant(me(context), ownerId, months);
    await showOwner(context, ownerId);
  });

  onPress(desk, MOD_TARIFFS, async (context) =>
    show(context, tariffsScreen(readerOf(context, deps), await tariffs.listWaiting())),
  );
  onPress(desk, MOD_TARIFF_APPROVE, async (context, id) => {
    await tariffs.approve(me(context), id);
    await show(context, tariffDecidedScreen(readerOf(context, deps), id, 'approved'));
  });
  onPress(desk, MOD_TARIFF_REJECT, async (context, id) => {
    await tariffs.reject(me(context), id);
    await show(context, tariffDecidedScreen(readerOf(context, deps), id, 'rejected'));
  });

  onPress(desk, MOD_SETTINGS, async (context) =>
    show(context, settingsScreen(readerOf(context, deps), await moderation.readSettings())),
  );
  onPress(desk, MOD_SET, async (context, name) => {
    await openQuestions.ask(telegramBotIdOf(context), telegramUserIdOf(context), {
      question: 'setting',
      name,
    });
    await show(context, askSettingScreen(readerOf(context, deps), name));
  });

  const answers: AnswerHandlers<MainContext> = {
    async setting(context, { name }) {
      await moderation.setSetting(me(context), name, context.message.text ?? '');
      await openQuestions.close(telegramBotIdOf(context), telegramUserIdOf(context));
      await send(context, settingsScreen(readerOf(context, deps), await moderation.readSettings()));
    },
  };

  return { composer, answers };
}
