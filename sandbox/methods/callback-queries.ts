import { defined } from '../defined.ts';
import { badRequest, callersBug } from '../server/api-error.ts';
import { characterCount } from '../world/entities.ts';
import type { Handlers } from './call.ts';

const LONGEST_ANSWER = 200;

export const callbackQueries: Handlers<'answerCallbackQuery'> = {
  answerCallbackQuery({ world, bot }, args) {
    if (characterCount(args.text ?? '') > LONGEST_ANSWER) throw callersBug('MESSAGE_TOO_LONG');
    const query = world.callbackQueries.get(args.callback_query_id);
    if (query === undefined || query.isAnswered || query.dialog.bot !== bot) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    query.isAnswered = true;
    query.dialog.answers.push({ ...defined({ text: args.text }), alert: args.show_alert ?? false });
    world.journal.note(`@${bot.username} answered a press of ${query.dialog.person.firstName}`);
    return true;
  },
};
