import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Provider } from '../../merchant-accounts/merchant-account.ts';
import type { MerchantCandidate, MerchantDirectory } from '../../merchant-accounts/merchant-directory.ts';
import { findAttempt, type Merchant } from './attempt-repository.ts';

/**
 * Who calls, by the key that the call shows alone; their owner sees when a call was last accepted, or refused. A bot that was
 * released has two owners' accounts: by one key of both, it is theirs who know the transaction, else the present owner.
 * @param callersOf those of the candidates whose key it is, compared in a time that tells nothing
 * @param providerTxnId of the transaction that it is about; undefined: it names none
 * @returns undefined: nobody that we know
 */
export async function identifyCaller<P extends Provider, C extends Merchant<P>>(
  { prisma, merchantDirectory }: { prisma: PrismaClient; merchantDirectory: MerchantDirectory },
  { telegramBotId, provider }: { telegramBotId: bigint; provider: P },
  callersOf: (candidates: readonly MerchantCandidate<P>[]) => readonly C[],
  providerTxnId: string | undefined,
): Promise<C | undefined> {
  const candidates = await merchantDirectory.findCandidates(telegramBotId, provider);
  const callers = callersOf(candidates);
  const caller = (await findKnowing(prisma, callers, providerTxnId)) ?? callers[0];
  const account = candidates.find(({ accountId }) => accountId === caller?.accountId);
  if (account) await merchantDirectory.noteAccepted(account);
  else await merchantDirectory.noteRefused(candidates.map(({ accountId }) => accountId));
  return caller;
}

async function findKnowing<C extends Merchant>(
  prisma: PrismaClient,
  callers: readonly C[],
  providerTxnId: string | undefined,
): Promise<C | undefined> {
  if (callers.length < 2 || providerTxnId === undefined) return undefined;
  for (const caller of callers) {
    if (await findAttempt(prisma, caller, providerTxnId)) return caller;
  }
  return undefined;
}
