import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { stringify } from 'csv-stringify';
import type { Language } from './i18n/i18n.ts';

/** Where the comma is the decimal mark, spreadsheets expect the semicolon between cells. */
const DELIMITERS: Record<Language, string> = { uz: ';', en: ',', ru: ';' };

/**
 * A table as spreadsheets open it with a double click: with the mark that tells them UTF-8, the delimiter of the
 * language, and whatever they would take for a formula defused by an apostrophe: at the beginning of a cell, and where one
 * that expects another delimiter begins a new one.
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
  });
  // What goes wrong ends the table, and is heard by whoever reads it.
  pipeline(rows, defused, table, () => undefined);
  return table;
}

/** What begins a formula; also as wide letters, which some spreadsheets read as the same. */
const ALWAYS = '=@\uff1d\uff20\uff0b\uff0d';
/** Blanks and quotes are passed over. */
const BEGINS_ONE = new RegExp(`^(?:[\\t\\r]|[\\s"]*[${ALWAYS}+-])`);
/** After what another spreadsheet takes for the end of a cell. A plain number there is none, as in a list of telephones. */
const HOLDS_ONE = new RegExp(
  `([,;\\t\\r\\n][\\s"]*)(?=[${ALWAYS}]|[+-](?![\\d\\s().-]*(?:$|[,;\\t\\r\\n])))`,
  'g',
);

async function* defused(
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): AsyncGenerator<string[]> {
  for await (const row of rows) yield row.map(defuse);
}

function defuse(cell: string): string {
  return (BEGINS_ONE.test(cell) ? "'" : '') + cell.replace(HOLDS_ONE, "$1'");
}

/** The same, whole: only the file itself is held in memory. */
export function toCsv(
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  language: Language,
): Promise<Buffer> {
  return buffer(csvOf(rows, language));
}
