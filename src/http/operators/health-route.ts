import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Health } from '../../modules/monitoring/health-service.ts';

export interface HealthRouteDeps {
  isOperator: (request: FastifyRequest) => boolean;
  readHealth: () => Promise<Health>;
  /** Metrics for the details; null where they cannot be read now. */
  readHealthMetrics: () => Promise<Readonly<Record<string, number | null>>>;
}

/** `GET /health`: a status for everybody, the whole for operators. */
export function healthRoute(app: FastifyInstance, deps: HealthRouteDeps): void {
  app.get('/health', async (request, reply) => {
    const health = await deps.readHealth();
    void reply.code(health.status === 'unhealthy' ? 503 : 200).header('cache-control', 'no-store');
    if (!deps.isOperator(request)) return { status: health.status };
    return {
      status: health.status,
      timestamp: health.at.toISOString(),
      components: Object.fromEntries(
        Object.entries(health.components).map(([name, { status, responseTimeMs }]) => [
          name,
          { status, response_time_ms: responseTimeMs },
        ]),
      ),
      metrics: await deps.readHealthMetrics(),
    };
  });
}
