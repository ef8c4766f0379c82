import { defined, unixTime } from '../defined.ts';
import { badRequest, callersBug } from '../server/api-error.ts';
import type { Call, Handlers } from './call.ts';
import { UPDATE_KINDS } from './parameters.ts';

const DEFAULT_CONNECTIONS = 40;
const MOST_CONNECTIONS = 100;
const DEFAULT_BATCH = 100;

/** What was asked for stays until something else is; an empty list asks for the default again. */
function rememberAllowed({ bot }: Call, allowed: readonly string[] | undefined): void {
  const kinds: readonly string[] = UPDATE_KINDS;
  const unknown = allowed?.find((kind) => !kinds.includes(kind));
  if (unknown !== undefined) throw callersBug(`unknown update type "${unknown}"`);
  if (allowed !== undefined) bot.inbox.allowedUpdates = allowed.length === 0 ? undefined : allowed;
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isLoopback = parsed !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname);
  const isAllowed = parsed?.protocol === 'https:' || (isLoopback && parsed.protocol === 'http:');
  if (!isAllowed) throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
}

export const updates: Handlers<'setWebhook' | 'deleteWebhook' | 'getWebhookInfo' | 'getUpdates'> = {
  setWebhook(call, args) {
    const { inbox } = call.bot;
    if (args.secret_token !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(args.secret_token)) {
      throw callersBug('secret token contains unallowed characters');
    }
    if (args.url !== '') checkUrl(args.url);
    rememberAllowed(call, args.allowed_updates);
    if (args.drop_pending_updates === true) inbox.dropPending();
    const connections = args.max_connections ?? DEFAULT_CONNECTIONS;
    inbox.setWebhook(
      args.url === ''
        ? undefined
        : {
            url: args.url,
            secretToken: args.secret_token,
            maxConnections: Math.min(Math.max(connections, 1), MOST_CONNECTIONS),
            ipAddress: args.ip_address,
            lastError: undefined,
          },
    );
    return true;
  },

  deleteWebhook({ bot }, args) {
    if (args.drop_pending_updates === true) bot.inbox.dropPending();
    if (bot.inbox.webhook !== undefined) bot.inbox.setWebhook(undefined);
    return true;
  },

  getWebhookInfo({ bot: { inbox } }) {
    const { webhook, allowedUpdates } = inbox;
    const info = defined({
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: inbox.pending.length,
      ip_address: webhook?.ipAddress,
      last_error_date: webhook?.lastError === undefined ? undefined : unixTime(webhook.lastError.at),
      last_error_message: webhook?.lastError?.message,
      max_connections: webhook?.maxConnections,
    });
    const kinds = UPDATE_KINDS.filter((kind) => allowedUpdates?.includes(kind));
    return kinds.length === 0 ? info : { ...info, allowed_updates: kinds };
  },

  getUpdates(call, args) {
    rememberAllowed(call, args.allowed_updates);
    return call.bot.inbox.poll({
      offset: args.offset ?? 0,
      limit: Math.min(Math.max(args.limit ?? DEFAULT_BATCH, 1), DEFAULT_BATCH),
      timeoutSeconds: args.timeout ?? 0,
      gone: call.gone,
    });
  },
};
