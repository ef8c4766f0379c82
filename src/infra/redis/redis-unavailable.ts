import { ReplyError } from 'ioredis';
import { SOCKET_CODES } from '../socket-codes.ts';

/** What ioredis says, without a code, of a connection that is not there. */
const WORDS =
  /^(?:Connection is closed|Command timed out|Command aborted due to connection close|Stream isn't writeable|Reached the max retries per request|Socket timeout)/;

/**
 * What is wrong with what was asked. Whatever else Redis answers (a replica, full, starting, short of replicas, unable to
 * save, without rights, what we do not know) is no reason to let go of what somebody sent.
 */
const OURS =
  /^(?:WRONGTYPE|CROSSSLOT|BUSYKEY|BUSYGROUP|NOGROUP|ERR (?:unknown (?:sub)?command|wrong number of arguments|syntax error|invalid |value is |min or max |index out of range|no such key|increment|decrement|bit |hash value|string exceeds|number of keys|unsupported|wrong type|protocol error|error compiling script|(?:script|user_script|@user_script)))/i;

/** Redis before 7 puts what a script met at its place in the script behind words of its own. */
const IN_SCRIPT = /^ERR Error running script .*?@user_script: ?\d+: -?(?=[A-Z]+ )/;

/**
 * Whether an error of ioredis says that Redis cannot be reached or does not do its work at present, so that the same again
 * may work later.
 */
export function isRedisUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ReplyError) return !isOurs(error.message);
  if (WORDS.test(error.message)) return true;
  return 'code' in error && SOCKET_CODES.has(error.code);
}

function isOurs(message: string): boolean {
  const met = message.replace(IN_SCRIPT, '');
  return OURS.test(met) || met.startsWith('ERR Error running script');
}
