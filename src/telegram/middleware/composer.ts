import {
  type BotError,
  type Context,
  Composer as GrammyComposer,
  type Middleware,
  type MiddlewareFn,
  type NextFunction,
} from 'grammy';

type Accepts<C> = (context: C) => boolean | Promise<boolean>;

interface Step<C extends Context> {
  /** Absent: whatever comes. */
  accepts?: Accepts<C>;
  handle: MiddlewareFn<C>;
}

/**
 * grammY's composer, which passes over what an update is not for in one loop, where grammY's own goes into each with a new
 * composer. A bot has some fifty filters, and an update meets most of them.
 *
 * It is complete when it is first run: what is added after that throws.
 */
export class Composer<C extends Context> extends GrammyComposer<C> {
  /** A composer stands for its own steps. */
  readonly #parts: (Step<C> | Composer<C>)[] = [];
  #steps: readonly Step<C>[] | undefined;
  readonly #handle: MiddlewareFn<C> = (context, next) => this.#runFrom(0, context, next);

  constructor(...middleware: Middleware<C>[]) {
    super();
    for (const one of middleware) this.#add(one instanceof Composer ? one : { handle: toFunction(one) });
  }

  override middleware(): MiddlewareFn<C> {
    return this.#handle;
  }

  override use(...middleware: Middleware<C>[]): Composer<C> {
    const composer = new Composer<C>(...middleware);
    this.#add(composer);
    return composer;
  }

  override filter<D extends C>(
    accepts: (context: C) => context is D,
    ...middleware: Middleware<D>[]
  ): Composer<D>;
  override filter(accepts: Accepts<C>, ...middleware: Middleware<C>[]): Composer<C>;
  override filter(accepts: Accepts<C>, ...middleware: Middleware<C>[]): Composer<C> {
    const composer = new Composer<C>(...middleware);
    this.#add({ accepts, handle: composer.#handle });
    return composer;
  }

  override errorBoundary(
    onError: (error: BotError<C>, next: NextFunction) => unknown,
    ...middleware: Middleware<C>[]
  ): Composer<C> {
    const composer = new Composer<C>(...middleware);
    super.errorBoundary(onError, composer);
    return composer;
  }

  #add(part: Step<C> | Composer<C>): void {
    if (this.#steps) throw new Error('A composer that has been run takes nothing more');
    this.#parts.push(part);
  }

  #complete(): readonly Step<C>[] {
    this.#steps ??= this.#parts.flatMap((part) => (part instanceof Composer ? part.#complete() : part));
    return this.#steps;
  }

  #runFrom(first: number, context: C, next: NextFunction): unknown {
    const steps = this.#complete();
    for (let place = first; place < steps.length; place += 1) {
      const step = steps[place] as Step<C>;
      const accepted = step.accepts ? step.accepts(context) : true;
      // Not here: a function in a loop would cost every turn of it.
      if (accepted !== false) return this.#run(step, accepted, context, place, next);
    }
    return next();
  }

  #run(
    { handle }: Step<C>,
    accepted: true | Promise<boolean>,
    context: C,
    place: number,
    next: NextFunction,
  ): unknown {
    let hasGoneOn = false;
    const goOn = async (): Promise<void> => {
      if (hasGoneOn) throw new Error('`next` was already called');
      hasGoneOn = true;
      await this.#runFrom(place + 1, context, next);
    };
    if (accepted === true) return handle(context, goOn);
    return accepted.then((isFor) => (isFor ? handle(context, goOn) : goOn()));
  }
}

function toFunction<C extends Context>(middleware: Middleware<C>): MiddlewareFn<C> {
  if (typeof middleware === 'function') return middleware;
  return (context, next) => middleware.middleware()(context, next);
}
