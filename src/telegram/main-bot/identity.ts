import type { MiddlewareFn } from 'grammy';
import { translator } from '../../infra/i18n/i18n.ts';
import { readManagerPayload } from '../../modules/team/manager-link.ts';
import { once } from '../../shared/async/once.ts';
import { prefetch } from '../../shared/async/prefetch.ts';
import { readInvitePayload } from '../../shared/invite-code.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import {
  hasSpeaker,
  type MainContext,
  speakerOf,
  startPayloadIn,
  telegramUserIdOf,
} from '../common/context.ts';
import { isTapAfterLastWord } from '../common/privacy-desk.ts';

/** Whoever writes to the main bot is an owner, known in their own language. */
export function createIdentity({ services: { owners } }: BotDeps) {
  const middleware: MiddlewareFn<MainContext> = async (context, next) => {
    const person = speakerOf(context);
    if (!person) return;
    const known = await context.load.visitor();
    if (isTapAfterLastWord(context, known)) return;
    const payload = startPayloadIn(context);
    context.owner = await owners.visit(person, known, {
      inviteCode: readInvitePayload(payload),
      comesToHelp: readManagerPayload(payload) !== null,
    });
    context.t = translator(context.owner.language);
    return next();
  };
  return {
    middleware,
    bind(context: MainContext): void {
      context.load = { visitor: once(() => owners.recall(telegramUserIdOf(context))) };
    },
    prefetch(context: MainContext): void {
      if (hasSpeaker(context)) prefetch(context.load.visitor());
    },
  };
}
