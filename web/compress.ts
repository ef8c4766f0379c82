import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

/** Compresses each file once, when it is built, so that the server never does. */
const [site = ''] = process.argv.slice(2);
const names = await readdir(site, { recursive: true });
await Promise.all(
  names
    .filter((name) => /\.(?:js|css|svg|html)$/.test(name))
    .map(async (name) => {
      const file = join(site, name);
      const content = await readFile(file);
      const [smallest, small] = await Promise.all([
        promisify(brotliCompress)(content),
        promisify(gzip)(content, { level: 9 }),
      ]);
      await Promise.all([writeFile(`${file}.br`, smallest), writeFile(`${file}.gz`, small)]);
    }),
);
