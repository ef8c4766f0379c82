import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A GET that gives a table as a file. */
export const AS_FILE = { config: { gives: 'export' }, exposeHeadRoute: false } as const;

/** @param name without its ending */
export function sendTable(reply: FastifyReply, csv: Readable, name: string): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(csv);
}
