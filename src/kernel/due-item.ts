/** Something that is due, and its place in its bot's own line: so that bots take turns. */
export interface DueItem {
  id: number;
  /** From 1. */
  rank: number;
}
