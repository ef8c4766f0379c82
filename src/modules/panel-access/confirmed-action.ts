import type { z } from 'zod';
import type { ModeratorActor, OwnerActor } from '../../kernel/actor.ts';
import type { ModerationService } from '../moderation/moderation-service.ts';
import type { SellerBotService } from '../seller-bots/seller-bot-service.ts';
import type { TariffService } from '../tariffs/tariff-service.ts';
import type { TeamService } from '../team/team-service.ts';

/** The product, as far as it waits for a word in Telegram. */
export interface ConfirmedServices {
  sellerBots: Pick<SellerBotService, 'openBot' | 'readWork' | 'setCard' | 'removeBot'>;
  moderation: Pick<
    ModerationService,
    'openOwner' | 'setOwnerBanned' | 'readSetting' | 'setSetting' | 'findReleasable' | 'releaseBot'
  >;
  tariffs: Pick<TariffService, 'grant'>;
  team: Pick<
    TeamService,
    'accept' | 'findOwn' | 'invite' | 'leave' | 'list' | 'open' | 'refuse' | 'remove' | 'setRole'
  >;
}

interface Actors {
  owner: OwnerActor;
  moderator: ModeratorActor;
}

interface Definition<As extends keyof Actors, Payload extends z.ZodType, Asked extends z.ZodType, Result> {
  /** As whom it is done. */
  as: As;
  /** What it is done with. */
  payload: Payload;
  /** What the question says of it. */
  asked: Asked;
  /** @throws AppError whatever would refuse it: nobody is asked in vain */
  describe(
    services: ConfirmedServices,
    actor: Actors[As],
    payload: z.infer<Payload>,
  ): Promise<z.infer<Asked>>;
  /** The service notes the actor's `act` with its effect, so that it is known to be done when it is run once more. */
  run(services: ConfirmedServices, actor: Actors[As], payload: z.infer<Payload>): Promise<Result>;
}

/** What came of it that is told this once, to whoever agreed, and kept nowhere. */
export interface Done {
  /** Of the link for somebody who is to help. */
  inviteToken: string;
}

/** Who agrees to it, and by which act it is known afterwards. */
interface Whose {
  telegramUserId: bigint;
  act?: string;
}

/** Its payload is read by its own schema, so that whoever runs it need not know which one it is. */
export function action<As extends keyof Actors, Payload extends z.ZodType, Asked extends z.ZodType, Result>({
  as,
  payload,
  asked,
  describe,
  run,
}: Definition<As, Payload, Asked, Result>) {
  // `as` is the kind of the actor that it names.
  const actorOf = (whose: Whose) => ({ kind: as, ...whose }) as unknown as Actors[As];
  return {
    payload,
    asked,
    describe: (services: ConfirmedServices, whose: Whose, given: unknown): Promise<z.infer<Asked>> =>
      describe(services, actorOf(whose), payload.parse(given)),
    run: (services: ConfirmedServices, whose: Whose, given: unknown): Promise<Result> =>
      run(services, actorOf(whose), payload.parse(given)),
  };
}
