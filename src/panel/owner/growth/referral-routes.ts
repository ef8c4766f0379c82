import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { PersonName } from '../../../kernel/person.ts';
import { stillKnown } from '../../../kernel/person.ts';
import type { Services } from '../../../modules/services.ts';
import {
  type Referral,
  type ReferralModeParams,
  referral,
  referralMode,
} from '../../contract/growth/referral.ts';
import { oneRow } from '../../contract/shapes.ts';
import { tenantOf } from '../../session/scope-guard.ts';
import { toMoney } from '../../shapes.ts';

/** Who brings whom to a bot, and what they get for it. */
export function referralRoutes(
  app: FastifyInstance,
  { botSettings, referrals }: Pick<Services, 'botSettings' | 'referrals'>,
): void {
  async function open(request: FastifyRequest): Promise<Referral> {
    const { scope, actor } = tenantOf(request);
    const { terms, turnover, best, held, ...counts } = await referrals.open(scope, actor);
    return {
      ...counts,
      mode: terms.referral,
      turnover: toMoney(turnover),
      best: best.map(({ inviter, ...brought }) => ({ inviter: toFriend(inviter), ...brought })),
      held: held.map(({ referralId, paymentId, inviter }) => ({
        id: referralId,
        paymentId,
        inviter: toFriend(inviter),
      })),
    };
  }

  app.get('/referral', { schema: { response: { 200: referral } } }, open);

  app.post<{ Params: ReferralModeParams }>(
    '/referral/:mode',
    { schema: { params: referralMode } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      await botSettings.setReferral(scope, actor, request.params.mode);
      return reply.code(204).send();
    },
  );

  for (const word of ['give', 'deny'] as const) {
    app.post<{ Params: z.infer<typeof oneRow> }>(
      `/referral/:id/${word}`,
      { config: { current: open }, schema: { params: oneRow } },
      async (request, reply) => {
        const { scope, actor } = tenantOf(request);
        await referrals[word](scope, actor, request.params.id);
        return reply.code(204).send();
      },
    );
  }
}

/** Whoever was forgotten has no name. */
function toFriend(person: PersonName): Referral['best'][number]['inviter'] {
  const known = stillKnown(person);
  return { name: known?.fullName ?? '', username: known?.username ?? null };
}
