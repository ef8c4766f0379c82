import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Language } from './i18n/i18n.ts';

/** Where the comma is the decimal mark, spreadsheets expect the semicolon between cells. */
const DELIMITERS: Record<Language, string> = { uz: ';', en: ',', ru: ';' };

/**
 * A table as spreadsheets open it with a double click: with the mark that tells them UTF-8, the delimiter of the
 * language, and every cell that they would take for a formula defused by an apostrophe.
 * @param rows read one by one, so that only the file itself is held in memory
 */
export async function toCsv(
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  language: Language,
): Promise<Buffer> {
  const table = stringify({
    bom: true,
    delimiter: DELIMITERS[language],
    record_delimiter: 'windows',
    // A lone line feed is no end of a record here, and yet one to a spreadsheet.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
  });
  const [file] = await Promise.all([buffer(table), pipeline(rows, table)]);
  return file;
}
