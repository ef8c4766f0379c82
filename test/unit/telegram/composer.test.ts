import { type BotError, Context, Composer as GrammyComposer, type NextFunction } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { Composer } from '../../../src/telegram/middleware/composer.ts';
import { Random } from '../../support/random.ts';

const TREES = 500;
const DEEPEST = 4;

/** What came by, in order. */
type Trail = string[];
type AnyComposer = GrammyComposer<Context>;

function messageOf(text: string): Context {
  const message = { message_id: 1, date: 1, chat: { id: 1, type: 'private' }, from: { id: 1 }, text };
  return new Context({ update_id: 1, message } as Update, {} as never, {} as UserFromGetMe);
}

/** A tree of a bot's parts that is the same for the same seed, whoever's composers it is made of. */
function grow(Own: typeof GrammyComposer<Context>, seed: number, trail: Trail): AnyComposer {
  const random = new Random(seed);
  let named = 0;

  function handler() {
    named += 1;
    const name = `part ${named}`;
    const way = random.int(8);
    return async (_context: Context, next: NextFunction) => {
      trail.push(name);
      if (way === 0) return;
      if (way === 1) throw new Error(name);
      await next();
      trail.push(`${name} again`);
      if (way === 2) throw new Error(`${name} again`);
    };
  }

  function fill(composer: AnyComposer, depth: number): AnyComposer {
    for (let parts = random.int(5); parts > 0; parts -= 1) {
      const isFor = random.int(2) === 0;
      const deeper = depth < DEEPEST ? random.int(6) : 5;
      if (deeper === 0) fill(composer.use(), depth + 1);
      else if (deeper === 1) composer.use(fill(new Own(), depth + 1));
      else if (deeper === 2)
        fill(
          composer.filter(() => isFor),
          depth + 1,
        );
      else if (deeper === 3)
        fill(
          composer.filter(() => Promise.resolve(isFor)),
          depth + 1,
        );
      else if (deeper === 4) fill(composer.errorBoundary(onError(random.int(3))), depth + 1);
      else composer.use(handler());
    }
    return composer;
  }

  const onError = (way: number) => async (error: BotError<Context>, next: NextFunction) => {
    trail.push(`caught ${error.message}`);
    if (way === 0) throw error.error;
    if (way === 1) await next();
  };
  return fill(new Own(), 0);
}

async function trailOf(Own: typeof GrammyComposer<Context>, seed: number): Promise<Trail> {
  const trail: Trail = [];
  const handle = grow(Own, seed, trail).middleware();
  const end = () => {
    trail.push('end');
    return Promise.resolve();
  };
  const run = async () => handle(messageOf('/start'), end);
  await run().catch((error: Error) => trail.push(`thrown ${error.message}`));
  return trail;
}

describe('a composer', () => {
  test(`leads an update through ${TREES} trees as grammY's own does`, async () => {
    const trails = new Set<string>();
    for (let seed = 1; seed <= TREES; seed += 1) {
      const trail = await trailOf(Composer, seed);
      expect(trail, `tree ${seed}`).toEqual(await trailOf(GrammyComposer, seed));
      trails.add(trail.join());
    }
    expect(trails.size, 'the trees were hardly different').toBeGreaterThan(TREES / 3);
  });

  test('hands a fault to the boundary around it, also of a part that promises nothing', async () => {
    const caught: string[] = [];
    const composer = new Composer();
    composer
      .errorBoundary(({ message }) => caught.push(message))
      .command('start', () => {
        throw new Error('no promise');
      });
    await composer.middleware()(messageOf('nothing'), () => Promise.resolve());
    expect(caught).toEqual([]);
    const start = messageOf('/start');
    Object.assign(start.message ?? {}, { entities: [{ type: 'bot_command', offset: 0, length: 6 }] });
    await composer.middleware()(start, () => Promise.resolve());
    expect(caught).toEqual(['Error in middleware: no promise']);
  });

  test('goes on once, however often it is asked to', async () => {
    let came = 0;
    const composer = new Composer();
    composer.use(async (_context, next) => {
      await next();
      await next();
    });
    composer.use(() => {
      came += 1;
    });
    const run = async () => composer.middleware()(messageOf('hello'), () => Promise.resolve());
    await expect(run()).rejects.toThrow('was already called');
    expect(came).toBe(1);
  });

  test('takes nothing more when it has been run, and neither do the composers that it uses', async () => {
    const inner = new Composer();
    const composer = new Composer(inner);
    await composer.middleware()(messageOf('hello'), () => Promise.resolve());
    for (const one of [composer, inner]) expect(() => one.use(() => undefined)).toThrow('takes nothing more');
  });
});
