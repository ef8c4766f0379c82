/** Run by systemd when a unit of ours failed: `alert.js <unit>`. */
import { ConfigError, loadConfig } from '../config.ts';
import { reasonOf } from '../infra/command-database.ts';
import { loadEnvironmentFile } from '../infra/environment-file.ts';
import { createTelegramHttp } from '../telegram/http-client.ts';
import { tellModerators } from './tell-moderators.ts';

const USAGE = 'Usage: alert <name of the unit that failed>';
/** What systemd allows in a name. */
const UNIT = /^[\w:.\\@-]{1,255}$/;

const [unit, ...rest] = process.argv.slice(2);
process.exitCode =
  unit !== undefined && rest.length === 0 && UNIT.test(unit) ? await main(unit) : complain(USAGE);

async function main(unitName: string): Promise<number> {
  const http = createTelegramHttp();
  try {
    loadEnvironmentFile();
    const { told, missed } = await tellModerators(loadConfig(process.env), http, {
      what: 'unitFailed',
      unit: unitName,
    });
    if (told.length > 0) return 0;
    return complain(
      missed.length > 0 ? 'No moderator could be told.' : 'Nobody to tell: MODERATOR_IDS is empty.',
    );
  } catch (error) {
    return complain(error instanceof ConfigError ? error.faults.join('\n') : reasonOf(error));
  } finally {
    await http.close();
  }
}

function complain(line: string): number {
  process.stderr.write(`${line}\n`);
  return 1;
}
