import { named } from '../words/words.ts';

type Option = readonly [value: string, label: string];

const STATES = ['created', 'pending', 'approved', 'rejected', 'cancelled', 'reversed'];
/** In the order in which they are listed everywhere. */
export const METHODS = ['card', 'payme', 'click', 'uzum', 'stars'] as const;

/** What payments may be narrowed by. */
export const stateOptions = (): Option[] => STATES.map((state) => [state, named('paymentStatus', state)]);
export const methodOptions = (): Option[] =>
  METHODS.map((method) => [method, named('paymentMethod', method)]);
