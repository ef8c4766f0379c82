import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { OpenQuestion } from '../../../modules/conversations/open-question-service.ts';
import { nextField, withAnswer } from '../../../modules/merchant-accounts/key-questions.ts';
import type { Provider } from '../../../modules/merchant-accounts/merchant-account.ts';
import { settleAll } from '../../../shared/async/settle-all.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { type MainContext, moderatorIn, ownerIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import { BOT_PAY_METHOD, MOD_CONNECTION } from '../../common/routes.ts';
import { deleteSecret, send, show } from '../../common/screen.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askKeyScreen, type KeysHeading, keysSetScreen } from '../../views/payments/key-questions.ts';

type AskedKey = Extract<OpenQuestion, { question: 'merchantKey' | 'merchantKeyByHand' }>;
type Answered = MainContext & { message: { text?: string } };

/** Whose keys are asked for. */
interface KeysOf {
  accountId: number;
  telegramBotId: bigint;
  provider: Provider;
}

/** The keys of an account at a provider, one question each: of its owner, or of a moderator in their place. */
export function keyQuestions(deps: BotDeps): {
  askOwner: (context: MainContext, account: KeysOf) => Promise<void>;
  askModerator: (context: MainContext, accountId: number) => Promise<void>;
  ownerAnswers: AnswerHandlers<MainContext>;
  moderatorAnswers: AnswerHandlers<MainContext>;
} {
  const { connections, merchantAccounts, openQuestions, sellerBots } = deps.services;

  async function begin(context: MainContext, question: AskedKey['question'], account: KeysOf): Promise<void> {
    const { accountId, provider } = account;
    const telegramBotId = String(account.telegramBotId);
    const asked = { question, accountId, telegramBotId, provider, given: null };
    await ask(context, openQuestions, asked);
    await show(context, askKeyScreen(viewerOf(context, deps), provider, [], backFrom(asked)));
  }

  async function askModerator(context: MainContext, accountId: number): Promise<void> {
    const { scope, provider } = await connections.scopeOf(moderatorIn(context), accountId);
    const { telegramBotId } = scope;
    await begin(context, 'merchantKeyByHand', { accountId, telegramBotId, provider });
  }

  /** Right or wrong, an answer has left the chat before anybody looks at it. */
  async function take(context: Answered, asked: AskedKey): Promise<void> {
    const leaving = deleteSecret(context);
    await settleAll(judge(context, asked, leaving), leaving);
  }

  async function judge(context: Answered, asked: AskedKey, leaving: Promise<boolean>): Promise<void> {
    // What went wrong with it is told by whoever waits for both.
    const isGone = await leaving.catch(() => false);
    const scope = await scopeOf(context, asked);
    const { provider } = asked;
    const given = asked.given === null ? [] : merchantAccounts.unseal(asked.given);
    const field = given && nextField(provider, given);
    if (!given || !field) return askNext([], ['again']);
    const answers = withAnswer(given, field, typedValueOf(context));
    if (!answers) return askNext(given, [field.rule]);
    if (nextField(provider, answers)) return askNext(answers, []);
    const { accountId } = asked;
    try {
      const keys = { accountId, provider, answers };
      const checked = await merchantAccounts.setKeys(scope, actorOf(context, asked), keys);
      await closeQuestion(context, openQuestions);
      const heading: KeysHeading[] = checked === 'unreachable' ? ['unchecked'] : [];
      await send(
        context,
        keysSetScreen(viewerOf(context, deps), provider, withGone(heading), backFrom(asked)),
      );
    } catch (error) {
      // Which of them is wrong nobody knows.
      if (!(error instanceof AppError) || error.code !== 'connect.wrongKeys') throw error;
      await askNext([], ['wrong']);
    }

    function withGone(heading: KeysHeading[]): KeysHeading[] {
      return isGone ? heading : [...heading, 'notDeleted'];
    }

    async function askNext(known: readonly (string | null)[], heading: KeysHeading[]): Promise<void> {
      const sealed = known.length === 0 ? null : merchantAccounts.seal(known);
      await ask(context, openQuestions, { ...asked, given: sealed });
      const viewer = viewerOf(context, deps);
      await send(context, askKeyScreen(viewer, provider, known, backFrom(asked), withGone(heading)));
    }
  }

  /** @throws AppError `notFound` for whoever may not enter them any more */
  async function scopeOf(context: Answered, asked: AskedKey): Promise<TenantScope> {
    const { scope } =
      asked.question === 'merchantKeyByHand'
        ? await connections.scopeOf(moderatorIn(context), asked.accountId)
        : await sellerBots.openBot(ownerIn(context), BigInt(asked.telegramBotId));
    return scope;
  }

  return {
    askOwner: (context, account) => begin(context, 'merchantKey', account),
    askModerator,
    ownerAnswers: { merchantKey: take },
    moderatorAnswers: { merchantKeyByHand: take },
  };
}

const actorOf = (context: Answered, { question }: AskedKey) =>
  question === 'merchantKeyByHand' ? moderatorIn(context) : ownerIn(context);

function backFrom({ question, accountId, telegramBotId, provider }: AskedKey): string {
  return question === 'merchantKeyByHand'
    ? MOD_CONNECTION.data(accountId)
    : BOT_PAY_METHOD.data(BigInt(telegramBotId), provider);
}
