/**
 * `all`: the server is killed after every statement, as in `npm run chaos`; `distinct`: once after each distinct one; else
 * after some of these, and around the commits, where something could be lost.
 */
export const STATEMENTS = process.env['STATEMENTS'] ?? 'some';
const EVERY = 6;
/** Of the sweeps that look for what was forgotten. */
const AFTERWARDS = 9;

/** What a statement is depends on the one before it too: each COMMIT ends another work. */
function kindsOf(statements: readonly string[]): string[] {
  return statements.map((text, index) => `${statements[index - 1] ?? ''}; ${text}`);
}

/**
 * After how many statements of an act the server is to die.
 * @param known those of another act that was tried so
 * @param every of the distinct ones, apart from those around the commits
 */
export function momentsToDie(
  statements: readonly string[],
  { known = [], every = EVERY }: { known?: readonly string[]; every?: number } = {},
): number[] {
  if (STATEMENTS === 'all') return Array.from({ length: statements.length + AFTERWARDS }, (_, at) => at + 1);
  const tried = new Set(kindsOf(known));
  const moments = new Map<string, number>();
  kindsOf(statements).forEach((kind, index) => {
    if (!tried.has(kind) && !moments.has(kind)) moments.set(kind, index + 1);
  });
  const distinct = [...moments.values()];
  if (STATEMENTS === 'distinct') return distinct;
  const isAtCommit = (moment: number) => statements.slice(moment - 1, moment + 1).includes('COMMIT');
  return distinct.filter((moment, index) => index % every === 0 || isAtCommit(moment));
}

/** All until the commit that gives the time; what follows is the same for each chat. */
export function untilGiven(statements: readonly string[]): string[] {
  const given = statements.findIndex((text) => text.includes('time_entries'));
  return statements.slice(0, statements.indexOf('COMMIT', given) + 1);
}
