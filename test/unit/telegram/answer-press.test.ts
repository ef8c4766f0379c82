import { Context } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { expect, test } from 'vitest';
import type { BotContext } from '../../../src/telegram/common/context.ts';
import { answerPress } from '../../../src/telegram/middleware/answer-press.ts';

/** A press, and what it is answered with. */
function pressed() {
  const answers: unknown[] = [];
  const api = {
    answerCallbackQuery: async (_id: string, options: unknown) => void answers.push(options),
  };
  const update = { update_id: 1, callback_query: { id: '1', from: { id: 1 }, data: 'home' } };
  // The three things that the middleware looks at, and no more.
  const context = new Context(update as Update, api as never, {} as UserFromGetMe) as BotContext;
  return { context, answers };
}

const never = () => () => undefined;

test('an outcome that is ready in time stands in the answer', async () => {
  const { context, answers } = pressed();
  await answerPress(never)(context, async () => expect(await context.press?.say('Done.')).toBe(true));
  expect(answers).toEqual([{ text: 'Done.' }]);
});

test('what takes longer to read stays until it is closed, and what is too long is left to a message', async () => {
  const { context, answers } = pressed();
  await answerPress(never)(context, async () => {
    expect(await context.press?.say('x'.repeat(201))).toBe(false);
    expect(await context.press?.say('x'.repeat(200))).toBe(true);
  });
  expect(answers).toEqual([{ text: 'x'.repeat(200), show_alert: true }]);
});

test('after a second the press is answered with nothing, and the outcome is left to a message', async () => {
  const { context, answers } = pressed();
  let isOver = (): void => undefined;
  const afterTest = (ms: number, call: () => void) => {
    expect(ms).toBe(1_000);
    isOver = call;
    return () => undefined;
  };
  await answerPress(afterTest)(context, async () => {
    isOver();
    expect(await context.press?.say('Too late.')).toBe(false);
  });
  expect(answers).toEqual([{}]);
});

test('a press without an outcome is answered, and one whose handling is to come again is not', async () => {
  const quiet = pressed();
  await answerPress(never)(quiet.context, async () => undefined);
  expect(quiet.answers).toEqual([{}]);
  const failed = pressed();
  await expect(
    answerPress(never)(failed.context, () => Promise.reject(new Error('the database is unavailable'))),
  ).rejects.toThrow('unavailable');
  expect(failed.answers).toEqual([]);
});
