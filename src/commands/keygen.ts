import { generateFernetKey } from '../infra/fernet.ts';

process.stdout.write(`${generateFernetKey()}\n`);
