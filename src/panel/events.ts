import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { FeedWord, Listening } from '../infra/redis/redis-feed.ts';
import { AppError } from '../kernel/errors.ts';
import type { Session } from '../modules/panel-access/session-service.ts';
import type { BotOfOwner } from '../modules/seller-bots/bot-directory.ts';
import type { Services } from '../modules/services.ts';
import { within } from '../shared/async/time-limit.ts';
import type { Clock } from '../shared/clock.ts';
import { MINUTE_MS } from '../shared/durations.ts';
import type { PanelObserver } from './observe.ts';
import { TooFastError } from './refusals.ts';
import { sessionOf, tokenOf } from './session/session-guard.ts';

export interface EventRoutesDeps {
  services: Pick<Services, 'panelSessions' | 'botDirectory' | 'team'>;
  clock: Clock;
  /** What happens in any process. */
  feed: { listen(listener: (word: FeedWord) => void): Listening };
  observe: PanelObserver;
  report: (error: unknown, tags: Record<string, string>) => void;
}

const OF_A_SESSION = 3;
/** However many sessions somebody has: the process' are for all. */
const OF_A_PERSON = 12;
const OF_THE_PROCESS = 300;
/** A proxy lets go of what is silent for longer; it is looked then, too, whether the session lasts. */
const COMMENT_MS = 25_000;
/** Then the page asks for another: so no stream outlives what it was opened by for long. */
const LASTS_MS = 15 * MINUTE_MS;
const RETRY_SECONDS = 30;
const READY_LIMIT_MS = 1_000;
/** Whose a bot is never changes. */
const BOTS_REMEMBERED = 5_000;

interface Stream {
  session: Session;
  say(event: string, data: object): void;
  end(): void;
  /** Ends it where its session is over. */
  check(): Promise<void>;
}

/** Tells open pages that something has changed: what has is asked for as everything is. */
export function eventRoutes(
  app: FastifyInstance,
  { services, clock, feed, observe, report }: EventRoutesDeps,
): void {
  const { panelSessions, botDirectory, team } = services;
  const streams = new Set<Stream>();
  const bots = new LRUCache<number, BotOfOwner>({ max: BOTS_REMEMBERED });
  let listening: Listening | null = null;

  async function findBot(botId: number): Promise<BotOfOwner | null> {
    const known = bots.get(botId) ?? (await botDirectory.findOwnerOf(botId));
    if (known) bots.set(botId, known);
    return known;
  }

  /** Those who help with it now; asked where somebody but its owner looks at anything. Null: nobody. */
  async function findHelpers(
    botId: number,
    { ownerTelegramUserId }: BotOfOwner,
  ): Promise<ReadonlySet<bigint> | null> {
    const others = [...streams].some(({ session }) => session.person.telegramUserId !== ownerTelegramUserId);
    return others ? team.listHelpers(botId) : null;
  }

  function hear(word: FeedWord): void {
    pass(word).catch((error: unknown) => report(error, { part: 'panel', route: '/events' }));
  }

  async function pass(word: FeedWord): Promise<void> {
    if (word.kind === 'changed') return passChange(word.botId);
    for (const stream of streams) {
      if (String(stream.session.person.telegramUserId) !== word.person) continue;
      if (word.kind === 'signed-out') await stream.check();
      else stream.say('confirmation', { id: word.id, state: word.state });
    }
  }

  async function passChange(botId: number | null): Promise<void> {
    const bot = botId === null ? null : await findBot(botId);
    const helpers = bot && botId !== null ? await findHelpers(botId, bot) : null;
    for (const { session, say } of streams) {
      const { telegramUserId, isModerator } = session.person;
      if (botId === null && isModerator) say('changed', { bot: null });
      if (bot && (bot.ownerTelegramUserId === telegramUserId || helpers?.has(telegramUserId))) {
        say('changed', { bot: String(bot.telegramBotId) });
      }
    }
  }

  function open(reply: FastifyReply, session: Session, token: string): void {
    const response = reply.raw;
    const stream: Stream = {
      session,
      say: (event, data) => void response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      end: () => void response.end(),
      check: () => panelSessions.authenticate(token).then(() => undefined, endIfOver),
    };
    const endIfOver = (error: unknown) => {
      // Whether it is over is asked again soon where nobody answers now.
      if (error instanceof AppError) stream.end();
    };
    const comment = setInterval(() => {
      response.write(': \n\n');
      void stream.check();
    }, COMMENT_MS);
    const last = setTimeout(
      stream.end,
      Math.min(LASTS_MS, session.expiresAt.getTime() - clock.now().getTime()),
    );
    response.on('close', () => {
      clearInterval(comment);
      clearTimeout(last);
      streams.delete(stream);
      observe.holds('streams', streams.size);
      if (streams.size > 0) return;
      listening?.stop();
      listening = null;
    });
    streams.add(stream);
    observe.holds('streams', streams.size);
    listening ??= feed.listen(hear);
    writeHead(reply, response);
    // What changes from then on is told; where Redis is unavailable nothing is, and the page asks by itself.
    void within(READY_LIMIT_MS, listening.ready).then(() =>
      stream.say('hello', { at: clock.now().toISOString() }),
    );
  }

  app.get('/events', { exposeHeadRoute: false }, (request, reply) => {
    const session = sessionOf(request);
    const ofPerson = [...streams].filter(
      (stream) => stream.session.person.telegramUserId === session.person.telegramUserId,
    );
    const ofSession = ofPerson.filter((stream) => stream.session.id === session.id);
    if (
      streams.size >= OF_THE_PROCESS ||
      ofPerson.length >= OF_A_PERSON ||
      ofSession.length >= OF_A_SESSION
    ) {
      throw new TooFastError(RETRY_SECONDS);
    }
    reply.hijack();
    // Whoever hung up while it was looked who they are says so no second time.
    if (reply.raw.destroyed) return;
    open(reply, session, tokenOf(request).token);
  });
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.end();
  });
}

/** With what the hooks have set already. */
function writeHead(reply: FastifyReply, response: ServerResponse): void {
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy passes each event on at once.
    'x-accel-buffering': 'no',
  });
}
