import { readSiteSize } from '../../test/support/panel/site-size.ts';
import { once, type Row } from '../support/report.ts';

/** What a browser fetches, as it was built; a test holds the same. */
export async function size(): Promise<Row[]> {
  const { entry, requests, screens, all } = await readSiteSize();
  const [largest, bytes] = [...screens].toSorted((a, b) => b[1] - a[1])[0] ?? ['', Number.NaN];
  const row = (what: string, value: number, most: number, note = ''): Row => ({
    part: 'p',
    what,
    value: once(value),
    unit: 'KB',
    target: { atMost: most },
    ...(note === '' ? {} : { note }),
  });
  return [
    row('page, script, style and one language, gzip', entry / 1000, 60),
    { ...row('the page and what it names', requests, 4), unit: 'count' },
    row('largest screen, with what it loads', bytes / 1000, 20, largest),
    row('everything', all / 1000, 200),
  ];
}
