import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface MetricsRouteDeps {
  isOperator: (request: FastifyRequest) => boolean;
  contentType: string;
  render: () => Promise<string>;
}

/** `GET /metrics`, for Prometheus. */
export function metricsRoute(app: FastifyInstance, deps: MetricsRouteDeps): void {
  app.get('/metrics', async (request, reply) => {
    if (!deps.isOperator(request)) {
      return reply.code(401).header('www-authenticate', 'Bearer').send();
    }
    return reply.header('content-type', deps.contentType).send(await deps.render());
  });
}
