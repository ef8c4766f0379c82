import { readdir, readFile, stat } from 'node:fs/promises';
import { LANGUAGES, type Language } from '../../../src/shared/languages.ts';

/** How the pages were built last. */
const SITE = new URL('../../../dist/panel/site/', import.meta.url);
const ASSETS = new URL('assets/', SITE);

/** What a browser has to fetch of the built pages: bytes as they are sent to whoever takes gzip. */
export interface SiteSize {
  /** The page, what it names, and one language: the largest. */
  entry: number;
  /** The page and whatever must have come before it can ask anything. */
  requests: number;
  /** Of each screen, by the name of its file: what else it loads before it stands. */
  screens: Map<string, number>;
  /** Everything that was built. */
  all: number;
}

/** @throws Error where the pages were never built */
export async function readSiteSize(): Promise<SiteSize> {
  const page = await readFile(new URL('index.html', SITE), 'utf8');
  const files = (await readdir(ASSETS)).filter((name) => /\.(?:js|css|svg)$/.test(name));
  const sizes = new Map(await Promise.all(files.map(async (name) => [name, await sizeOf(name)] as const)));
  const imports = new Map(
    await Promise.all(files.map(async (name) => [name, await importsOf(name)] as const)),
  );
  const sum = (names: Iterable<string>) =>
    [...names].reduce((total, name) => total + (sizes.get(name) ?? 0), 0);

  const named = [
    ...page.matchAll(/(?:src|rel="(?:modulepreload|stylesheet)"[^>]*href)="\/panel\/assets\/([^"]+)"/g),
  ];
  const first = withImports(
    named.map(([, name = '']) => name),
    imports,
  );
  const isOfLanguage = (name: string) => LANGUAGES.some((language) => nameOf(name) === language);
  const lazy = files.filter((name) => name.endsWith('.js') && !first.has(name) && !isOfLanguage(name));
  // Two screens may have one name: the larger counts.
  const screens = new Map<string, number>();
  for (const name of lazy) {
    const own = sum([...withImports([name], imports)].filter((file) => !first.has(file)));
    screens.set(nameOf(name), Math.max(own, screens.get(nameOf(name)) ?? 0));
  }
  const pageSize = await gzipped(new URL('index.html.gz', SITE));
  const language = Math.max(...files.filter(isOfLanguage).map((name) => sizes.get(name) ?? 0));
  return {
    entry: pageSize + sum(first) + language,
    requests: 1 + first.size,
    screens,
    all: pageSize + sum(files),
  };
}

/** `receipts-B8zOZKpw.js` is `receipts`. */
function nameOf(file: string): Language | (string & {}) {
  return file.replace(/-[\w-]{8}\.\w+$/, '');
}

function sizeOf(name: string): Promise<number> {
  return gzipped(new URL(`${name}.gz`, ASSETS));
}

async function gzipped(file: URL): Promise<number> {
  return (await stat(file)).size;
}

/** What a file of the site cannot do without. */
async function importsOf(name: string): Promise<string[]> {
  if (!name.endsWith('.js')) return [];
  const code = await readFile(new URL(name, ASSETS), 'utf8');
  return [...code.matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)].map(([, imported = '']) => imported);
}

function withImports(names: readonly string[], imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const imported of imports.get(name) ?? []) add(imported);
  };
  for (const name of names) add(name);
  return found;
}
