import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { hasCode } from './error-code.ts';

/** Shares from 0 to 1; null where it cannot be told. */
export interface MachineReading {
  disk: number | null;
  memory: number | null;
  /** Since the reading before; null at the first. */
  cpu: number | null;
}

/** What this process runs on: its control group where that has limits, else the whole machine. */
export interface Machine {
  read(): Promise<MachineReading>;
}

export interface MachineOptions {
  /** The disk of this folder. */
  folder?: string;
  /** Where control groups (v2) are mounted. */
  cgroups?: string;
  /** Says which group is ours. */
  ownCgroup?: string;
}

/** Time used and time that there was, in microseconds. */
export interface CpuTime {
  used: number;
  available: number;
}

/** A shorter span says nothing about the load. */
const MIN_SPAN_US = 5_000_000;

export function createMachine({
  folder = '.',
  cgroups = '/sys/fs/cgroup',
  ownCgroup = '/proc/self/cgroup',
}: MachineOptions = {}): Machine {
  let before: CpuTime | null = null;
  let cpu: number | null = null;
  let lastAt = 0;

  return {
    async read() {
      const own = await findOwnGroup(cgroups, ownCgroup);
      const now = performance.now() * 1000;
      if (before === null || now - lastAt >= MIN_SPAN_US) {
        const after = (await readGroupCpu(own, now)) ?? machineCpu();
        cpu = before && cpuShare(before, after);
        before = after;
        lastAt = now;
      }
      return { disk: await readDisk(folder), memory: (await readGroupMemory(own)) ?? machineMemory(), cpu };
    },
  };
}

export function cpuShare(before: CpuTime, after: CpuTime): number | null {
  const available = after.available - before.available;
  return available > 0 ? Math.min(1, Math.max(0, (after.used - before.used) / available)) : null;
}

/** As `df` counts: what is kept for root is no room. */
async function readDisk(folder: string): Promise<number | null> {
  const { blocks, bfree, bavail } = await statfs(folder);
  const used = blocks - bfree;
  return used + bavail > 0 ? used / (used + bavail) : null;
}

async function findOwnGroup(cgroups: string, ownCgroup: string): Promise<string> {
  const line = /^0::(\/.*)$/m.exec((await readIfThere(ownCgroup)) ?? '');
  const path = line?.[1] === '/' ? '' : (line?.[1] ?? '');
  // Within a container the mount itself is our group, whatever path the host knows it by.
  return (await readIfThere(`${cgroups}${path}/memory.current`)) === null ? cgroups : cgroups + path;
}

/** Null without a limit. */
async function readGroupMemory(group: string): Promise<number | null> {
  const [limit, used, details] = await Promise.all(
    ['memory.max', 'memory.current', 'memory.stat'].map((file) => readIfThere(`${group}/${file}`)),
  );
  if (!limit || !used || limit.trim() === 'max') return null;
  // Files that are only cached give way when memory is needed.
  const cached = Number(/^inactive_file (\d+)$/m.exec(details ?? '')?.[1] ?? 0);
  return Math.max(0, Number(used) - cached) / Number(limit);
}

function machineMemory(): number {
  return 1 - freemem() / totalmem();
}

/** Null without a limit. */
async function readGroupCpu(group: string, nowUs: number): Promise<CpuTime | null> {
  const [limit, stat] = await Promise.all([
    readIfThere(`${group}/cpu.max`),
    readIfThere(`${group}/cpu.stat`),
  ]);
  const quota = /^(\d+) (\d+)/.exec(limit ?? '');
  const used = /^usage_usec (\d+)$/m.exec(stat ?? '');
  if (!quota || !used) return null;
  const cores = Math.min(availableParallelism(), Number(quota[1]) / Number(quota[2]));
  return { used: Number(used[1]), available: nowUs * cores };
}

function machineCpu(): CpuTime {
  let used = 0;
  let available = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    used += (all - times.idle) * 1000;
    available += all * 1000;
  }
  return { used, available };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EACCES') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}
