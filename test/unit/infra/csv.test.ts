import { expect, test } from 'vitest';
import { toCsv } from '../../../src/infra/csv.ts';

const MARK = '\ufeff';

test.each([
  ['uz', ';'],
  ['ru', ';'],
  ['en', ','],
] as const)('a table in %s opens right with a double click', async (language, delimiter) => {
  const table = [
    ['№', 'Ism'],
    ['1', `Aziz "Boss" ${delimiter} Karimov`],
    ['2', 'two\nlines'],
  ];
  expect((await toCsv(table, language)).toString('utf8')).toBe(
    `${MARK}№${delimiter}Ism\r\n1${delimiter}"Aziz ""Boss"" ${delimiter} Karimov"\r\n2${delimiter}"two\nlines"\r\n`,
  );
});

test.each(['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠1'])(
  'what a spreadsheet takes for a formula is defused: %j',
  async (cell) => {
    const file = await toCsv([['safe', cell]], 'en');
    const [line = ''] = file.toString('utf8').split('\r\n');
    expect(line.replace(/^\ufeffsafe,"?/, '').startsWith("'")).toBe(true);
  },
);
