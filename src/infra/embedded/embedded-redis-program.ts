import { type DebianProgram, findDebianProgram, type Program } from './debian-program.ts';

const REDIS: DebianProgram = {
  name: 'Redis',
  onPath: ['redis-server', 'valkey-server'],
  package: 'redis-server',
  file: 'usr/bin/redis-server',
  whatToDo: 'Install redis-server (or valkey-server), or set REDIS_URL.',
};

/** A Redis to run. @throws Error that says what to do when there is none and none can be fetched */
export function findRedisProgram(cacheDir: string, say: (line: string) => void): Promise<Program> {
  return findDebianProgram(REDIS, cacheDir, say);
}
