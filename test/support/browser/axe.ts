import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What keeps somebody from using the page: each finding with where it is. */
export async function findingsOf(page: Page): Promise<string[]> {
  // By the browser's own tools, which the page's policy does not hold: a script in the page would be refused.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}
