import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { stringify } from 'csv-stringify';
import type { Language } from './i18n/i18n.ts';

/** Where the comma is the decimal mark, spreadsheets expect the semicolon between cells. */
const DELIMITERS: Record<Language, string> = { uz: ';', en: ',', ru: ';' };

/**
 * A table as spreadsheets open it with a double click: with the mark that tells them UTF-8, the delimiter of the
 * language, and every cell that they would take for a formula defused by an apostrophe.
 * @param rows read one by one, as fast as the file is taken
 */
export function csvOf(
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  language: Language,
): Readable {
  const table = stringify({
    bom: true,
    delimiter: DELIMITERS[language],
    record_delimiter: 'windows',
    // A lone line feed is no end of a record here, and yet one to a spreadsheet.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
  });
  // What goes wrong ends the table, and is heard by whoever reads it.
  pipeline(rows, table, () => undefined);
  return table;
}

/** The same, whole: only the file itself is held in memory. */
export function toCsv(
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  language: Language,
): Promise<Buffer> {
  return buffer(csvOf(rows, language));
}
