import type { Sandbox } from '../sandbox.ts';
import { StoryError } from './stage.ts';

const CALLS_SHOWN = 8;
const LOG_LINES_SHOWN = 10;

/** What is known when the story breaks off. */
export interface Scene {
  /** The chapter's number and title; absent while the servers are being started. */
  chapter?: { number: number; title: string };
  telegram?: Sandbox;
  /** Every line of the server's log so far. */
  log: string[];
}

/** Says in one sentence which step did not come out and what was expected, then what happened last. */
export function describeFailure(error: unknown, { chapter, telegram, log }: Scene): string[] {
  if (chapter === undefined) return [`The platform did not start: ${messageOf(error)}`, ...lastOf(log)];
  const where = `In chapter ${chapter.number}, “${chapter.title}”,`;
  if (!(error instanceof StoryError))
    return [`${where} the story broke off: ${messageOf(error)}`, ...lastOf(log)];
  const sentence = `${where} after “${error.step}”, it was expected that ${error.message}.`;
  const happened = error.cause === undefined ? lastCalls(telegram) : [messageOf(error.cause)];
  return [sentence, '', ...happened, ...lastOf(log)];
}

function lastCalls(telegram: Sandbox | undefined): string[] {
  const calls = telegram?.calls.slice(-CALLS_SHOWN) ?? [];
  const lines = calls.map(({ bot, method, error }) => `  @${bot} ${method}: ${error?.description ?? 'done'}`);
  return ['The last calls to Telegram:', ...lines];
}

function lastOf(log: readonly string[]): string[] {
  if (log.length === 0) return [];
  return [
    '',
    'The server’s last lines:',
    ...log.slice(-LOG_LINES_SHOWN).map((line) => `  ${line.trimEnd()}`),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
