import { generateFernetKey } from '../infra/crypto/fernet.ts';

process.stdout.write(`${generateFernetKey()}\n`);
