/** Run by systemd when a unit of ours failed: `alert.js <unit>`. */
import { reasonOf } from '../infra/postgres/command-database.ts';
import { readConfig } from '../read-config.ts';
import { createTelegramHttp } from '../telegram/outgoing/http-client.ts';
import { tellModerators } from './tell-moderators.ts';

const USAGE = 'Usage: alert <name of the unit that failed>';
/** What systemd allows in a name. */
const UNIT = /^[\w:.\\@-]{1,255}$/;

const [unit, ...rest] = process.argv.slice(2);
process.exitCode =
  unit !== undefined && rest.length === 0 && UNIT.test(unit) ? await main(unit) : complain(USAGE);

async function main(unitName: string): Promise<number> {
  const config = readConfig(complain);
  if (config === null) return 1;
  const http = createTelegramHttp();
  try {
    const { told, missed } = await tellModerators(config, http, {
      what: 'unitFailed',
      unit: unitName,
    });
    if (told.length > 0) return 0;
    return complain(
      missed.length > 0 ? 'No moderator could be told.' : 'Nobody to tell: MODERATOR_IDS is empty.',
    );
  } catch (error) {
    return complain(reasonOf(error));
  } finally {
    await http.close();
  }
}

function complain(line: string): number {
  process.stderr.write(`${line}\n`);
  return 1;
}
