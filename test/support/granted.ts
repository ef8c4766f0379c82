import { isUnavailable } from '../../src/infra/unavailable.ts';
import { AppError } from '../../src/kernel/errors.ts';

/**
 * Somebody does what they may be politely refused, which changes nothing. While the machine is too busy to begin a
 * transaction in time they do it again, as people do.
 */
export async function isGranted(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (isUnavailable(error)) return isGranted(act);
    if (!(error instanceof AppError)) throw error;
    return false;
  }
}
