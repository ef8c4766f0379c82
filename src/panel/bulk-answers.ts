import type { FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import type { Outcome } from '../kernel/one-by-one.ts';
import { sayRefusal, shownAlong } from './answers.ts';

type Refusal<Shown> = { id: number; ok: false; error: ReturnType<typeof sayRefusal<Shown>> };

/**
 * What became of each of several that were asked for at once, in their order: of a fault as of a refusal, so that what was
 * done is always told. Of whatever was refused with how it stands now, where that can be read.
 */
export async function tellEach<Done, Told extends object, Thing extends { id: number }, Shown>(
  request: FastifyRequest,
  ids: readonly number[],
  outcomes: readonly Outcome<Done>[],
  {
    tell,
    readEach,
    show,
  }: {
    tell: (done: Done) => Told;
    readEach: (ids: readonly number[]) => Promise<readonly Thing[]>;
    show: (thing: Thing) => Shown;
  },
): Promise<(({ id: number; ok: true } & Told) | Refusal<Shown>)[]> {
  const each = outcomes.map((outcome, index) => ({ id: ids[index] ?? 0, outcome }));
  const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  const faults = new Map(
    errors.filter((error) => !(error instanceof AppError)).map((error) => [String(error), error]),
  );
  for (const fault of faults.values()) request.reportFault(fault);
  const refused = each.flatMap(({ id, outcome }) =>
    'error' in outcome && outcome.error instanceof AppError ? [id] : [],
  );
  const things = await shownAlong(request, () => readEach(refused));
  const standing = new Map(things?.map((thing) => [thing.id, thing]));
  return each.map(({ id, outcome }) => {
    if ('done' in outcome) return { id, ok: true, ...tell(outcome.done) };
    const thing = standing.get(id);
    return { id, ok: false, error: sayRefusal(request, outcome.error, thing && show(thing)) };
  });
}
