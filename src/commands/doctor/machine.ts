import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../infra/observability/error-code.ts';
import { type Finding, fine, wrong } from './finding.ts';

const FULL_SHARE = 0.85;
/** Reading, writing or running by others than the owner and the group. */
const OTHERS = 0o007;

/** Room on the disk of the working directory. */
export async function lookAtDisk(folder = '.'): Promise<Finding[]> {
  const { blocks, bavail, bsize } = await statfs(folder);
  const share = 1 - bavail / blocks;
  const words = `${Math.round(share * 100)} % full, ${Math.floor((bavail * bsize) / 2 ** 30)} GB free`;
  return [
    share > FULL_SHARE ? wrong('Disk', `${words}: remove old logs and backups.`) : fine('Disk', `${words}.`),
  ];
}

/** Files with secrets are nobody else's to read. */
export async function lookAtPermissions(dataDir: string): Promise<Finding[]> {
  const findings = await Promise.all(
    ['.env', join(dataDir, 'encryption-key')].map(async (file): Promise<Finding[]> => {
      const mode = await modeOf(file);
      if (mode === null) return [];
      return [
        mode & OTHERS
          ? wrong('Permissions', `everybody on this machine can read ${file}: chmod 600 ${file}.`)
          : fine('Permissions', `${file} is closed to others.`),
      ];
    }),
  );
  return findings.flat();
}

async function modeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).mode;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
