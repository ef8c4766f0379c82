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

test.each([
  '=HYPERLINK("http://evil")',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
  ' =1',
  '\n=1',
  '"=1',
])('what a spreadsheet takes for a formula is defused: %j', async (cell) => {
  const file = await toCsv([['safe', cell]], 'en');
  const [line = ''] = file.toString('utf8').split('\r\n');
  expect(line.replace(/^\ufeffsafe,"?/, '').startsWith("'")).toBe(true);
});

test.each([
  ['Bobur,=1+1', "Bobur,'=1+1"],
  ['Bobur; @SUM(A1)', "Bobur; '@SUM(A1)"],
  ['Bobur\t"＝1', 'Bobur\t"\'＝1'],
  ["Bobur\n+cmd|' /C calc'!A0", "Bobur\n'+cmd|' /C calc'!A0"],
  ["Bobur,-2+3+cmd|' /C calc'!A0", "Bobur,'-2+3+cmd|' /C calc'!A0"],
  ['Bobur,,;=1', "Bobur,,;'=1"],
])('and where a spreadsheet that expects another delimiter begins a cell: %j', async (cell, defused) => {
  for (const language of ['uz', 'en'] as const) {
    const file = (await toCsv([[cell]], language)).toString('utf8');
    expect(file.replace(/^\ufeff"?|"?\r\n$/g, '').replaceAll('""', '"')).toBe(defused);
  }
});

test.each([
  'Anna-Maria',
  'a + b = c',
  'Ali; Vali, +998 (90) 123-45-67, -5',
  'me@example.com',
  'http://a/?b=c',
  '',
])('and what people write stays as it is: %j', async (cell) => {
  const file = (await toCsv([[cell]], 'ru')).toString('utf8');
  expect(file).not.toContain("'");
});
