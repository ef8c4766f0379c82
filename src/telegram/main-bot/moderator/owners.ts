import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import {
  MOD_BOT_RELEASE,
  MOD_FIND,
  MOD_OWNER,
  MOD_OWNER_BAN,
  MOD_OWNER_GRANT,
  MOD_OWNER_UNBAN,
  MOD_OWNERS,
} from '../../common/routes.ts';
import { send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askFindOwnerScreen, foundOwnersScreen, ownerScreen, ownersScreen } from '../../views/moderator.ts';

/** Owners: the list, one of them, and what a moderator may do for or against them. */
export function owners(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { moderation, openQuestions, tariffs } = deps.services;
  const composer = new Composer<MainContext>();

  async function showOwner(context: MainContext, ownerId: number): Promise<void> {
    await show(
      context,
      ownerScreen(viewerOf(context, deps), await moderation.openOwner(moderatorIn(context), ownerId)),
    );
  }

  onPress(composer, MOD_OWNERS, async (context, before) =>
    show(
      context,
      ownersScreen(viewerOf(context, deps), await moderation.listOwners(moderatorIn(context), before)),
    ),
  );

  onPress(composer, MOD_FIND, async (context) => {
    await ask(context, openQuestions, { question: 'findOwner' });
    await show(context, askFindOwnerScreen(viewerOf(context, deps)));
  });

  onPress(composer, MOD_OWNER, showOwner);

  onPress(composer, MOD_OWNER_BAN, async (context, ownerId) => {
    await moderation.setOwnerBanned(moderatorIn(context), { ownerId, banned: true });
    await showOwner(context, ownerId);
  });

  onPress(composer, MOD_OWNER_UNBAN, async (context, ownerId) => {
    await moderation.setOwnerBanned(moderatorIn(context), { ownerId, banned: false });
    await showOwner(context, ownerId);
  });

  onPress(composer, MOD_OWNER_GRANT, async (context, ownerId, months) => {
    await tariffs.grant(moderatorIn(context), { ownerId, months });
    await showOwner(context, ownerId);
  });

  onPress(composer, MOD_BOT_RELEASE, async (context, telegramBotId) => {
    const { ownerId } = await moderation.releaseBot(moderatorIn(context), telegramBotId);
    await showOwner(context, ownerId);
  });

  const answers: AnswerHandlers<MainContext> = {
    async findOwner(context) {
      const found = await moderation.findOwners(moderatorIn(context), typedValueOf(context));
      // Of many a fuller name is asked for.
      if (!found.hasMore) await closeQuestion(context, openQuestions);
      await send(context, foundOwnersScreen(viewerOf(context, deps), found));
    },
  };

  return { composer, answers };
}
