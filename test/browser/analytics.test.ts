import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect } from 'vitest';
import { tellExample } from '../support/analytics/example.ts';
import { opensInBrowser, opensInTelegram, type PanelPage, test } from '../support/browser/page.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../support/shop.ts';

const TABS = ['overview', 'revenue', 'retention', 'funnel', 'sources', 'speed', 'forecast'];
const MONTHS = '?from=2027-01&to=2027-03';

let platform: Platform;
let shop: Shop;
let empty: Shop;

beforeAll(async () => {
  platform = await startPlatform({ opensLoopbackApps: true });
  await moderatorReadsEnglish(platform);
  shop = await tellExample(platform);
  empty = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const below = ({ shop: { id } }: Shop, path: string) => `/panel/bots/${id}/analytics${path}`;

async function valueAt(panel: PanelPage, ...testids: string[]): Promise<string | null> {
  const [first = '', ...inside] = testids;
  const found = inside.reduce((at, testid) => at.getByTestId(testid), panel.at(first));
  return found.getAttribute('data-value');
}

/** What a chart says of the three months. */
async function told(panel: PanelPage, chart: string, series = ''): Promise<(string | null)[]> {
  const months = ['2027-01', '2027-02', '2027-03'];
  return Promise.all(months.map((month) => valueAt(panel, `chart-${chart}`, `bar-${month}${series}`)));
}

test('every figure of the example stands on the screen', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/overview${MONTHS}`) });
  await panel.at('figure-mrr').waitFor();
  const now = ['mrr', 'paying', 'lifetime', 'live', 'arpu', 'ltv', 'turnover'];
  expect(await Promise.all(now.map((name) => valueAt(panel, `figure-${name}`)))).toEqual([
    '90000.00',
    '2',
    '1',
    '3',
    '45000.00',
    '225000.00',
    '1580000.00',
  ]);
  expect(await told(panel, 'turnover')).toEqual(['530000.00', '1000000.00', '50000.00']);
  expect(await told(panel, 'sales', '-new')).toEqual(['2', '2', '0']);
  expect(await told(panel, 'sales', '-renewal')).toEqual(['0', '1', '0']);
  expect(await told(panel, 'sales', '-return')).toEqual(['0', '0', '1']);
  expect(await told(panel, 'mrr')).toEqual(['90000.00', '140000.00', '90000.00']);
  expect(await told(panel, 'paying', '-paying')).toEqual(['2', '3', '2']);
  expect(await told(panel, 'paying', '-lifetime')).toEqual(['0', '1', '1']);
  expect(await told(panel, 'arpu')).toEqual(['45000.00', '46666.67', '45000.00']);
  expect(await told(panel, 'due', '-due')).toEqual(['0', '1', '2']);
  expect(await told(panel, 'due', '-renewed')).toEqual(['0', '1', '1']);
  expect(await told(panel, 'renewalRate')).toEqual(['', '1', '0.5']);
  expect(await told(panel, 'movement', '-lost')).toEqual(['0', '0', '1']);
  expect(await told(panel, 'churn')).toEqual(['', '0', '0.3333']);
  await panel.isClean();
});

test('who stayed is seen by months: what has not come for all of them is empty', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/retention${MONTHS}`) });
  await panel.at('chart-retention').waitFor();
  const row = (month: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, k) => valueAt(panel, `cohort-${month}-${k}`)));
  expect(await row('2027-01', 4)).toEqual(['1', '1', '0.5', '']);
  expect(await row('2027-02', 3)).toEqual(['1', '0.5', '']);
});

test('each tab stands in the address, is whole, and comes back as it was', async () => {
  const panel = await opensInBrowser(platform, shop.owner, {
    path: below(shop, `${MONTHS}&since=2027-01-01`),
  });
  for (const tab of TABS) {
    await panel.at(`tab-${tab}`).click();
    await panel.page.waitForURL(`**/analytics/${tab}?*`);
    await panel.settles();
    expect(await panel.at('chart-table').count(), tab).toBeGreaterThan(0);
    await panel.fits();
    await panel.isAccessible();
  }
  await panel.page.reload();
  await panel.at('tab-forecast').and(panel.page.locator('[aria-selected=true]')).waitFor();
  await panel.isClean();
});

test('a chart is a sentence for whoever hears it, and a table after one press, by keys too', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/overview${MONTHS}`) });
  const chart = panel.at('chart-turnover');
  const sentence = await chart.getByRole('img').getAttribute('aria-label');
  expect(sentence).toMatch(
    /^Turnover, January 2027 to March 2027\. .*highest 1,000,000\sUZS \(February 2027\)/,
  );
  await chart.getByTestId('chart-table').press('Enter');
  const rows = chart.getByRole('row');
  await rows.filter({ hasText: 'January 2027' }).waitFor();
  expect(await rows.allInnerTexts()).toEqual([
    'Period\tTurnover',
    'March 2027\t50,000\u00a0UZS',
    'February 2027\t1,000,000\u00a0UZS',
    'January 2027\t530,000\u00a0UZS',
  ]);
  await panel.fits();
  await panel.isAccessible();
  await chart.getByTestId('chart-table').press('Enter');
  await chart.getByRole('table').waitFor({ state: 'detached' });
});

test('what can still change is striped and says so, and little to go by is said beside the number', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/overview${MONTHS}`) });
  const churn = panel.at('chart-churn');
  await churn.getByText('Striped: may still change.').waitFor();
  expect(await churn.locator('circle.hollow').count()).toBe(1);
  expect(await churn.getByTestId('bar-2027-03').locator('circle.hollow').count()).toBe(1);
  await panel.at('figure-ltv').getByText('based on 5 payer-months, reliable from 60').waitFor();
});

test('a press picks whose numbers are read', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/overview${MONTHS}`) });
  const chart = panel.at('chart-turnover');
  await chart.getByText('March 2027', { exact: true }).waitFor();
  await chart.getByTestId('bar-2027-02').hover();
  await chart.getByText('February 2027', { exact: true }).waitFor();
  await chart.getByText('1,000,000 UZS').waitFor();
});

test('filters stand in the address, and what nothing matches can be left by one press', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, '/overview') });
  await panel.at('filter-method').selectOption('payme');
  await panel.page.waitForURL('**/overview?method=payme');
  await panel.at('filter-none').click();
  await panel.at('figure-turnover').waitFor();
  await panel.page.waitForURL('**/analytics/overview');
  await panel.at('filter-period').selectOption('3');
  await panel.page.waitForURL('**/overview?from=2027-02');
  await panel.at('filter-period').selectOption('own');
  await panel.at('filter-to').selectOption('2027-01');
  await panel.page.waitForURL('**/overview?from=2027-01&to=2027-01');
  await panel.at('chart-turnover').getByTestId('bar-2027-01').waitFor({ state: 'attached' });
  expect(await panel.at('chart-turnover').locator('[data-testid^=bar-]').count()).toBe(1);
});

test('what sources brought in Stars stands beside no cost: nobody pays for advertising in them', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/sources${MONTHS}`) });
  await panel.at('chart-return').waitFor();
  await panel.at('filter-currency').selectOption('XTR');
  await panel.page.waitForURL('**/sources?*currency=XTR');
  await panel.at('chart-return').waitFor({ state: 'detached' });
  await panel.at('chart-sources').waitFor();
  await panel.isClean();
});

test('a report is saved as a file that says the same', async () => {
  const panel = await opensInBrowser(platform, shop.owner, { path: below(shop, `/overview${MONTHS}`) });
  const [file] = await Promise.all([panel.page.waitForEvent('download'), panel.at('export').click()]);
  expect(file.suggestedFilename()).toMatch(/overview\.csv$/);
  const written = await text(await file.createReadStream());
  expect(written).toMatch(/2027-02,1000000/);
  await panel.isClean();
});

test('within Telegram, which saves no file, stands the table; filters stand in a strip', async () => {
  const panel = await opensInTelegram(platform, shop.owner, { path: below(shop, '/revenue?method=card') });
  const groups = panel.at('chart-groups');
  await groups.getByTestId('chart-table').click();
  await groups.getByRole('table').waitFor();
  expect(await panel.at('export').count()).toBe(0);
  await panel.at('filter-method').selectOption('');
  await panel.page.waitForURL('**/analytics/revenue');
  await panel.settles();
  await panel.isAccessible();
  await panel.isClean();
});

test('a shop that has sold nothing yet says on each tab what is missing and what comes next', async () => {
  const panel = await opensInBrowser(platform, empty.owner, { path: below(empty, '') });
  for (const tab of TABS) {
    await panel.at(`tab-${tab}`).click();
    await panel.at(`tab-${tab}`).and(panel.page.locator('[aria-selected=true]')).waitFor();
    await panel.at('state-empty').getByRole('link').waitFor();
    await panel.fits();
    await panel.isAccessible();
  }
  await panel.isClean();
});

test('a moderator sees what goes through the platform', async () => {
  const panel = await opensInBrowser(platform, platform.moderator, { path: `/panel/mod/analytics${MONTHS}` });
  await panel.at('chart-turnover').waitFor();
  expect(await told(panel, 'turnover')).toEqual(['530000.00', '1000000.00', '50000.00']);
  await panel.fits();
  await panel.isAccessible();
  await panel.isClean();
});
