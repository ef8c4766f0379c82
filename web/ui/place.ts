import { mayDo, type Right } from '../../src/shared/team/roles.ts';
import { me } from '../session.ts';
import { useAddress } from './address.ts';

const LAST_BOT = 'bot';

export type Hat = 'owner' | 'moderator';

/** Whose screens are shown, and of which bot: the address says it, and what was looked at last where it does not. */
export function usePlace(): { hat: Hat; botId: string | undefined } {
  const { path } = useAddress();
  const hat = path.startsWith('/panel/mod') ? 'moderator' : 'owner';
  const inAddress = /^\/panel\/bots\/(\d+)/.exec(path)?.[1];
  if (inAddress) sessionStorage.setItem(LAST_BOT, inAddress);
  const last = inAddress ?? sessionStorage.getItem(LAST_BOT);
  const { bots } = me();
  return { hat, botId: inAddress ?? (bots.find(({ id }) => id === last) ?? bots[0])?.id };
}

/** The bot whose screen it is. */
export function useBot() {
  const { botId = '' } = usePlace();
  const bot = me().bots.find(({ id }) => id === botId);
  const may = (right: Right | 'owner') => mayIn(botId, right);
  return { botId, bot, may, api: `/bots/${botId}`, page: `/panel/bots/${botId}` };
}

/** Whether whoever looks may do that in a bot: what they may not is not shown. The server asks anew. */
export function mayIn(botId: string | undefined, right: Right | 'owner'): boolean {
  const role = me().bots.find(({ id }) => id === botId)?.role;
  if (role === undefined) return false;
  return right === 'owner' ? role === 'owner' : mayDo(role, right);
}
