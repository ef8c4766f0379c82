import type { FastifyInstance } from 'fastify';
import { isErrorName } from '../infra/observability/fault-record.ts';
import { type PageFault, pageFault } from './contract/session.ts';
import { createLimit } from './session/limits.ts';
import { sessionOf } from './session/session-guard.ts';
import { assetFile } from './site.ts';

/** Of a person: a page that fails fails again and again. */
const FAULTS_A_MINUTE = 10;
const PLACE = /^([\w-]+\.js):(\d{1,6}):(\d{1,6})$/;

/** Hears of what went wrong in the page, and tells it as what goes wrong here. */
export function faultRoutes(
  app: FastifyInstance,
  { report }: { report: (error: unknown, tags: Record<string, string>) => void },
): void {
  const faults = createLimit(FAULTS_A_MINUTE);
  app.post<{ Body: PageFault }>(
    '/faults',
    {
      schema: { body: pageFault },
      preHandler: async (request) => {
        faults.count(String(sessionOf(request).person.telegramUserId));
      },
    },
    async ({ body }, reply) => {
      report(toError(body), { part: 'page', screen: screenOf(body) });
      return reply.code(204).send();
    },
  );
}

/** Whoever is signed in writes what they like: what is neither a name nor a place of ours is dropped. */
function toError({ name, message, at }: PageFault): Error {
  const error = new Error(message);
  error.name = isErrorName(name) ? name : 'Error';
  const [, file, line, column] = PLACE.exec(at) ?? [];
  const frame = file === undefined ? [] : [`    at ${assetFile(file)}:${line}:${column}`];
  error.stack = [`${error.name}: ${message}`, ...frame].join('\n');
  return error;
}

/** Never what is open there, nor what is searched for. */
function screenOf({ screen }: PageFault): string {
  const [path = ''] = screen.split(/[^/\w:-]/);
  return path.replaceAll(/\/\d+(?=\/|$)/g, '/:id');
}
