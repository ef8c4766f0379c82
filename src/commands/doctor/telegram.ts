import { type Api, GrammyError, HttpError } from 'grammy';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { toDeliveryError } from '../../telegram/outgoing/api-errors.ts';
import { type Finding, fine, mind, wrong } from './finding.ts';
import { clockOf } from './stores.ts';

const OUTSIDE_LIMIT_MS = 5_000;
/** An older failure of Telegram's to deliver is history. */
const RECENT_SECONDS = 3_600;
const MANY_WAITING = 100;

export interface CheckedBot {
  api: Api;
  /** The variable that holds its token. */
  variable: string;
}

/** Whether Telegram knows the token. */
export async function lookAtToken({ api, variable }: CheckedBot): Promise<Finding[]> {
  const me = await api.getMe();
  return [fine('Token', `${variable} is that of @${me.username}.`)];
}

/** The main bot's webhook as Telegram sees it, and the server as this machine sees it from outside. */
export async function lookAtWebhook(
  api: Api,
  { serverUrl, mainBotId }: { serverUrl: string | undefined; mainBotId: bigint },
): Promise<Finding[]> {
  const info = await api.getWebhookInfo();
  if (serverUrl === undefined) {
    return [
      info.url === undefined || info.url === ''
        ? fine('Webhook', 'there is none, the bots are polled.')
        : mind('Webhook', 'another service has set one; the server takes it away when it polls.'),
    ];
  }
  return [
    ...webhookFindings(info, `${serverUrl}/webhook/${mainBotId}`),
    await lookFromOutside(`${serverUrl}/livez`),
  ];
}

function webhookFindings(info: Awaited<ReturnType<Api['getWebhookInfo']>>, expected: string): Finding[] {
  if (!info.url) return [mind('Webhook', 'is not set yet; the server sets it when it starts.')];
  if (info.url !== expected) {
    return [wrong('Webhook', `belongs to ${new URL(info.url).host}: another service runs the main bot.`)];
  }
  const failedAt = info.last_error_date ?? 0;
  const isFailing = Date.now() / 1000 - failedAt < RECENT_SECONDS;
  const waiting = info.pending_update_count;
  return [
    isFailing
      ? wrong(
          'Webhook',
          `Telegram could not deliver in the last hour: ${info.last_error_message ?? 'no reason given'}.`,
        )
      : fine('Webhook', 'is ours, and Telegram has no complaint.'),
    ...(waiting > MANY_WAITING ? [mind('Webhook', `${waiting} updates wait at Telegram.`)] : []),
  ];
}

/** The way through DNS, proxy and certificate, as far as it can be gone from inside. */
async function lookFromOutside(url: string): Promise<Finding> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(OUTSIDE_LIMIT_MS) });
    if (status === 200) return fine('Server', `answers at ${url}.`);
    return wrong('Server', `${url} answers ${status}: does the proxy forward to the right port?`);
  } catch (error) {
    return wrong(
      'Server',
      `${url} cannot be reached from here (${reasonOf(error)}): DNS, proxy, certificate?`,
    );
  }
}

/** Telegram's clock, by the date of an answer. */
export async function lookAtClock(apiRoot: string): Promise<Finding[]> {
  const { headers } = await fetch(apiRoot, {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(OUTSIDE_LIMIT_MS),
  });
  const date = headers.get('date');
  return date === null ? [] : [clockOf('Telegram', new Date(date))];
}

export function explainTelegram(variable: string): (error: unknown) => string {
  return (error) => {
    if (isDeliveryFailure(toDeliveryError(error), 'token-dead'))
      return `Telegram does not know the token of ${variable}: BotFather shows the right one.`;
    if (error instanceof GrammyError) return `Telegram answers: ${error.description}.`;
    const reason = error instanceof HttpError ? error.error : error;
    return `Telegram cannot be reached (${reasonOf(reason)}): network, DNS, a firewall?`;
  };
}

/** The code of a failed connection: its words hold addresses with tokens. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : reasonOf(error.cause);
}
