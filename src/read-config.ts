import { type Config, ConfigError, loadConfig } from './config.ts';
import { EnvironmentFileError, loadEnvironmentFile } from './infra/environment-file.ts';

/**
 * The configuration of this process, from `.env` and the environment.
 *
 * @param isTerminal whether a person reads the log as it comes
 * @param complain is told every fault, a sentence each
 * @returns null where there is a fault
 */
export function readConfig(complain: (fault: string) => void, isTerminal = false): Config | null {
  try {
    loadEnvironmentFile();
    return loadConfig(process.env, { isTerminal });
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof EnvironmentFileError)) throw error;
    const faults = error instanceof ConfigError ? error.faults : [error.message];
    for (const fault of faults) complain(fault);
    return null;
  }
}
