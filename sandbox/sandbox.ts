import type { Identity } from './chat-participant.ts';
import { SandboxPerson } from './people.ts';
import { ApiServer, type SandboxCall } from './server/api-server.ts';
import { WebhookDelivery } from './server/delivery.ts';
import type { CallMatch, Fault } from './server/fault-plan.ts';
import type { UpdateMatch } from './server/lost-updates.ts';
import type { SandboxBot } from './world/accounts.ts';
import type { UntilOptions } from './world/journal.ts';
import { giveBack } from './world/stars/charges.ts';
import { chargeWhatIsDue } from './world/stars/subscriptions.ts';
import { type Confidences, World } from './world/world.ts';

export type { SandboxPerson } from './people.ts';
export type { SandboxCall } from './server/api-server.ts';
export type { CallMatch, Fault } from './server/fault-plan.ts';
export type { SandboxBot } from './world/accounts.ts';
export type { SandboxChat } from './world/chats.ts';

export interface SandboxOptions {
  /** Telegram's calendar: dates of messages, ends of links and bans. */
  now?: () => Date;
  /** True: apps of this machine open by http as well, as at Telegram's test servers. */
  opensLoopbackApps?: boolean;
  /** Every call takes this long, in real milliseconds. */
  latencyMs?: number;
}

/** A Telegram of one's own: the Bot API over HTTP, and the people who use it. */
export class Sandbox {
  /** Where bots find the Bot API; no slash at its end. */
  readonly apiRoot: string;
  readonly #world: World;
  readonly #server: ApiServer;
  readonly #deliveries: WebhookDelivery[] = [];

  constructor(world: World, server: ApiServer, apiRoot: string) {
    this.#world = world;
    world.onNewBot = (bot) => this.#deliveries.push(new WebhookDelivery(bot.inbox, world));
    this.#server = server;
    this.apiRoot = apiRoot;
  }

  /** A bot, as BotFather makes one. */
  newBot(identity: { username: string; name: string }): SandboxBot {
    return this.#world.newBot(identity);
  }

  newPerson(identity: Identity): SandboxPerson {
    return new SandboxPerson(this.#world, identity);
  }

  /** Every Bot API call made so far, in the order of their outcome. */
  get calls(): readonly SandboxCall[] {
    return this.#server.calls;
  }

  /** Calls that only a mistake in the calling program explains. A test ends by finding none. */
  get faults(): readonly string[] {
    return this.#server.faults;
  }

  /** What a program that serves this Telegram must keep to itself: a test ends by finding none of it elsewhere. */
  get confidences(): Confidences {
    return this.#world.confidences;
  }

  /** Whether a call is under way; a poll that waits is none. */
  get isBusy(): boolean {
    return this.#server.isBusy;
  }

  /** Lets the next calls that match run into trouble. @returns a function that takes back what is left of it */
  failNext(match: CallMatch, fault: Fault, times = 1): () => void {
    return this.#server.plan.add(match, fault, times);
  }

  /** Lets every call that matches run into trouble. @returns a function that ends it */
  failAll(match: CallMatch, fault: Fault): () => void {
    return this.#server.plan.add(match, fault, Number.POSITIVE_INFINITY);
  }

  /** Lets the next updates that match never arrive: Telegram tells of nothing twice that it takes for told. */
  loseNext(match: UpdateMatch, times = 1): void {
    this.#world.lostUpdates.add(match, times);
  }

  /** Does what the calendar has made due since it was last looked at: charges subscriptions, gives up on slow bots. */
  async timePasses(): Promise<void> {
    await this.#world.act(() => chargeWhatIsDue(this.#world));
    this.#world.journal.changed();
  }

  /** Telegram itself gives a payment in Stars back, as after a complaint. */
  async takesBack(chargeId: string): Promise<void> {
    const charge = this.#world.stars.charges.get(chargeId);
    if (charge === undefined || charge.isRefunded) throw new Error('There is nothing to be given back.');
    await this.#world.act(() => giveBack(this.#world, charge));
  }

  /** As a Bot API server of one's own in local mode: `getFile` names files of this folder by their whole path. */
  keepsFilesIn(folder: string | undefined): void {
    this.#world.files.localFolder = folder;
  }

  /** Telegram cannot be reached: open connections die, new ones too. Webhooks are still called. */
  becomesUnavailable(): void {
    this.#server.isUnavailable = true;
    this.#server.cutConnections();
    this.#world.journal.note('Telegram is unavailable');
  }

  comesBack(): void {
    this.#server.isUnavailable = false;
    this.#world.journal.note('Telegram is back');
  }

  /** Whatever is sent to an https origin arrives at this one, as behind a proxy that ends TLS. */
  leads(origin: string, to: string): void {
    this.#world.proxies.set(origin, to);
  }

  /** Waits until the condition holds; it is looked at whenever something has happened here. */
  until(condition: () => boolean | undefined, options: UntilOptions): Promise<void> {
    return this.#world.journal.until(condition, options);
  }

  /** Waits until no listening bot has an update left to take, and no call is under way. */
  quiet(options: { timeoutMs?: number } = {}): Promise<void> {
    const isQuiet = (): boolean =>
      !this.#server.isBusy &&
      [...this.#world.bots.values()].every(({ inbox }) => inbox.pending.length === 0 || !inbox.hasListener);
    return this.until(isQuiet, { what: 'everything to be quiet', ...options });
  }

  async close(): Promise<void> {
    this.#world.journal.close();
    await Promise.all([...this.#deliveries.map((delivery) => delivery.close()), this.#server.close()]);
  }
}

/** Starts a Telegram on a free port of the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = new World(options.now ?? (() => new Date()));
  world.opensLoopbackApps = options.opensLoopbackApps ?? false;
  const server = new ApiServer(world, options.latencyMs ?? 0);
  return new Sandbox(world, server, await server.listen());
}
