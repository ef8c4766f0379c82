import type { Sandbox, SandboxBot } from '../../sandbox/sandbox.ts';
import type { CallMatch, IncomingCall } from '../../sandbox/server/fault-plan.ts';

/** A call that Telegram takes its time over. */
export interface HeldCall {
  /** Resolves once it has reached Telegram. */
  comes(): Promise<void>;
  /** Telegram goes on with it. */
  release(): void;
}

/** Telegram does at once what the next such call asks for, and keeps its answer back. */
export function holdAnswer(telegram: Sandbox, match: CallMatch): HeldCall {
  return hold(telegram, match, 'hold');
}

/** Telegram keeps the next such call waiting before anything is done. */
export function holdCall(telegram: Sandbox, match: CallMatch): HeldCall {
  return hold(telegram, match, 'late');
}

function hold(telegram: Sandbox, match: CallMatch, kind: 'hold' | 'late'): HeldCall {
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  let hasCome = false;
  const isIt = (call: IncomingCall): boolean =>
    typeof match === 'string' ? call.method === match : match(call);
  telegram.failNext(
    (call) => {
      hasCome ||= isIt(call);
      return isIt(call);
    },
    { kind, until },
  );
  return { comes: () => telegram.until(() => hasCome, { what: 'the call that is held' }), release };
}

/** The calls of one bot, for or about one person where somebody is named. */
export function callsOf(
  bot: SandboxBot,
  method: string,
  person?: { id: number },
): (call: IncomingCall) => boolean {
  return (call) =>
    call.method === method &&
    call.bot === bot.username &&
    (person === undefined || Number(call.params['user_id'] ?? call.params['chat_id']) === person.id);
}
