import type { FastifyReply, FastifyRequest } from 'fastify';

/** The caller's faults are answered with their status alone; ours are reported once, and say nothing about us. */
export function errorHandler(deps: { report: (error: unknown, tags: Record<string, string>) => void }) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const status = statusOf(error);
    if (status >= 500) deps.report(error, { part: 'http', route: request.routeOptions.url ?? 'none' });
    return reply.code(status).send();
  };
}

function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
