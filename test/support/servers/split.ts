import type { App } from '../../../src/app.ts';
import { startBalancer } from './balancer.ts';

/**
 * Two web and two worker servers on the same database, behind one address, as if they were one.
 * @param port where the balancer listens
 */
export async function startSplit(
  port: number,
  startApp: (role: Record<string, string>) => Promise<App>,
): Promise<App> {
  const balancer = await startBalancer(port);
  const start = (role: string) => startApp({ ROLE: role, PORT: '0' });
  const webs = [await start('web'), await start('web')] as const;
  balancer.serves(webs.map(({ origin }) => origin));
  const workers = [await start('worker'), await start('worker')] as const;
  const all = async (act: (app: App) => Promise<void>): Promise<void> => {
    await Promise.all([...webs, ...workers].map(act));
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    services: webs[0].services,
    metrics: { ...workers[0].metrics, flush: () => all((app) => app.metrics.flush()) },
    start: () => Promise.resolve(),
    // Every process watches itself; the rest is done once, by whoever comes first.
    jobs: { ...workers[0].jobs, watch: () => all((app) => app.jobs.watch()) },
    countJobs: workers[0].countJobs,
    async close() {
      await Promise.all([...webs, ...workers].map((app) => app.close()));
      await balancer.close();
    },
  };
}
