import { afterAll, beforeAll, expect, vi } from 'vitest';

/** Files share their process one after the other: what one of them leaves changed would be the next one's riddle. */
let before: ReturnType<typeof look>;

beforeAll(() => {
  before = look();
});

afterAll(() => {
  expect(look(), 'What this file changed and did not put back').toEqual(before);
});

function look() {
  return {
    environment: { ...process.env },
    directory: process.cwd(),
    hasFakeTimers: vi.isFakeTimers(),
    ofEveryObject: Object.getOwnPropertyNames(Object.prototype),
  };
}
