/**
 * A Prisma generator that writes what Prisma itself reads in a schema, as JSON. Prisma starts it as a child and
 * talks JSON-RPC: requests come on standard input, answers go to standard error.
 */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface Request {
  id: number;
  method: 'getManifest' | 'generate';
  params: { dmmf: { datamodel: unknown }; generator: { output: { value: string } } };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const request: Request = JSON.parse(line);
  process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, result: answer(request) })}\n`);
});

function answer({ method, params }: Request): unknown {
  if (method === 'getManifest') return { manifest: { prettyName: 'datamodel' } };
  writeFileSync(params.generator.output.value, JSON.stringify(params.dmmf.datamodel));
  return null;
}
