import type { Call, Handlers } from './call.ts';
import { callbackQueries } from './callback-queries.ts';
import { chats } from './chats.ts';
import { checkParams, type Params } from './check-params.ts';
import { editing } from './edit.ts';
import { links } from './links.ts';
import { media } from './media.ts';
import type { MethodName } from './parameters.ts';
import { profile } from './profile.ts';
import { sending } from './send.ts';
import { invoices } from './stars/invoices.ts';
import { payments } from './stars/payments.ts';
import { updates } from './updates.ts';

const HANDLERS: Handlers<MethodName> = {
  ...profile,
  ...updates,
  ...sending,
  ...media,
  ...editing,
  ...callbackQueries,
  ...chats,
  ...links,
  ...invoices,
  ...payments,
};

/** Does what the bot asks. @throws ApiError */
export async function perform(call: Call, method: MethodName, params: Params): Promise<unknown> {
  checkParams(method, params);
  // The tables have just been held against the parameters, and a test holds the tables to the Bot API.
  return await HANDLERS[method](call, params as never);
}
