import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { csvOf } from '../../../infra/csv.ts';
import { translator } from '../../../infra/i18n/i18n.ts';
import type { Services } from '../../../modules/services.ts';
import type { Period } from '../../../modules/statistics/analytics/reports/months.ts';
import { computing } from '../../contract/analytics.ts';
import { MalformedError } from '../../refusals.ts';
import { sessionOf } from '../../session/session-guard.ts';
import { AS_FILE, sendTable } from '../../table-file.ts';
import { type Table, writeRows } from './report-tables.ts';

type AskedMonths = { from?: string | undefined; to?: string | undefined };

/** What is asked, what is found, and how it is told: to a page, and as a spreadsheet. */
interface Report<Query extends z.ZodType<AskedMonths>, Answer extends z.ZodType, Found> {
  query: Query;
  answer: Answer;
  /** @param months those that are asked for, or the last ones */
  read: (request: FastifyRequest, query: z.output<Query>, months: Period) => Promise<Found | 'computing'>;
  tell: (found: Found, query: z.output<Query>) => z.input<Answer>;
  table: (answer: z.output<Answer>, words: ReturnType<typeof translator>, query: z.output<Query>) => Table;
  /** Of the spreadsheet, without its ending. */
  nameFile: (request: FastifyRequest) => string;
}

/** A report, and the same as a file. While nothing has been counted yet, an answer says so. */
export function addReport<Query extends z.ZodType<AskedMonths>, Answer extends z.ZodType, Found>(
  app: FastifyInstance,
  { periodOf }: Pick<Services['analytics'], 'periodOf'>,
  path: string,
  report: Report<Query, Answer, Found>,
): void {
  const { query: querystring, answer, read, tell, table, nameFile } = report;

  async function ask(request: FastifyRequest): Promise<z.input<Answer> | 'computing'> {
    const query = request.query as z.output<Query>;
    const found = await read(request, query, requirePeriod(periodOf(query)));
    return found === 'computing' ? 'computing' : tell(found, query);
  }

  app.get(
    path,
    { schema: { querystring, response: { 200: answer, 202: computing } } },
    async (request, reply) => {
      const told = await ask(request);
      return told === 'computing' ? reply.code(202).send({ state: told }) : told;
    },
  );
  app.get(
    `${path}.csv`,
    // What leaves with a file is the owner's.
    {
      config: { ...AS_FILE.config, right: 'owner' },
      schema: { querystring, response: { 202: computing } },
    },
    async (request, reply) => {
      const told = await ask(request);
      if (told === 'computing') return reply.code(202).send({ state: told });
      const { language } = sessionOf(request).person;
      const cells = table(answer.parse(told), translator(language), request.query as z.output<Query>);
      return sendTable(reply, csvOf(writeRows(cells, language), language), nameFile(request));
    },
  );
}

/** @throws MalformedError of months that are none, or more than anybody can read */
function requirePeriod(period: Period | null): Period {
  if (period) return period;
  throw new MalformedError([
    { code: 'custom', path: ['to'], input: null, message: 'from 1 to 60 months after it began' },
  ]);
}
