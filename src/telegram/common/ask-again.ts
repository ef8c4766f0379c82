import { AppError, isAboutWhatWasTyped } from '../../kernel/errors.ts';
import type { BotContext } from './context.ts';
import { button, send } from './screen.ts';

/**
 * Takes the answer to a question. One that cannot be read leaves it open: the person is told why, and given the way out.
 * @param back the data of the button that leaves the question
 */
export async function orAskAgain(
  context: BotContext,
  back: string,
  take: () => Promise<void>,
): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof AppError) || !isAboutWhatWasTyped(error.code)) throw error;
    const { t } = context;
    await send(context, {
      text: t(`errors.${error.code}`, error.params),
      buttons: [[button(t('button.cancel'), back)]],
    });
  }
}
