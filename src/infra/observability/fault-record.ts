import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Api, GrammyError, HttpError } from 'grammy';

/** Where a fault came from: a file of the program, never a word that the program was given. */
interface FaultFrame {
  /** Relative to the program's folder. */
  file: string;
  line: number;
  column: number;
}

/**
 * What may leave the process about a fault: its kind, its code and its place. No message, because anything may stand in
 * one: a parser quotes what it could not read, Telegram what it refused. Who needs the words finds them in the log.
 */
export interface FaultRecord {
  name: string;
  code?: string;
  /** The Bot API method that was refused. */
  method?: string;
  /** Innermost first. */
  frames: FaultFrame[];
}

const ROOT = new URL('../../../', import.meta.url);
/** A chain of causes longer than this is a circle. */
const MAX_CAUSES = 5;
const MAX_FRAMES = 30;
const LOCATION = /^\s+at (?:.* \()?((?:file:|\/)[^\s()]+):(\d{1,6}):(\d{1,6})\)?$/;
/** Names that a class of errors can have; whatever else stands there was put there. */
const ERROR_NAME = /^[A-Z][A-Za-z]{0,40}(?:Error|Exception)$|^Error$/;
/** Numbers of HTTP and gRPC, SQL states, Prisma's and Node's words. */
const ERROR_CODE =
  /^(?:\d{1,3}|(?=.*\d)[0-9A-Z]{5}|P\d{4}|E[A-Z0-9]{3,14}|(?:ERR|UND_ERR|FST_ERR)_[A-Z_]{2,40})$/;

/** The fault and its causes, outermost first. */
export function recordFault(error: unknown): FaultRecord[] {
  const records: FaultRecord[] = [];
  let next: unknown = error;
  while (next instanceof Error && records.length < MAX_CAUSES) {
    records.push(recordOne(next));
    next = next instanceof HttpError ? next.error : next.cause;
  }
  // Something that is no error was thrown.
  return records.length > 0 ? records : [{ name: 'Error', frames: [] }];
}

/** Faults with the same kind are one fault that happens again. */
export function kindOfFault(records: readonly FaultRecord[]): string {
  const [first] = records;
  const top = first?.frames[0];
  return [first?.name, first?.code, first?.method, top && `${top.file}:${top.line}`]
    .filter(Boolean)
    .join(' ');
}

export function isErrorName(name: string): boolean {
  return ERROR_NAME.test(name);
}

export function isErrorCode(code: string): boolean {
  return ERROR_CODE.test(code);
}

export function isApiMethod(method: string): boolean {
  return Object.hasOwn(Api.prototype, method);
}

/** Whether a path, as it stands in a frame, is a file of the program, from source or compiled. */
export function isProgramFile(file: string): boolean {
  return find(file) !== undefined;
}

/** @returns where a file of the program is in the program's folder; `null` for any other path or URL */
export function toProgramFile(path: string): string | null {
  const root = path.startsWith('file:') ? ROOT.href : fileURLToPath(ROOT);
  const file = path.startsWith(root) ? path.slice(root.length) : '';
  return isProgramFile(file) ? file : null;
}

/** @returns its text, compiled where the source is not there; empty where it is no file of the program */
export function readProgramFile(file: string): string {
  const found = find(file);
  return found === undefined ? '' : readFileSync(found, 'utf8');
}

function find(file: string): URL | undefined {
  if (!/^(?:src|dist|test|node_modules)\/[\w@.+/-]+$/.test(file)) return undefined;
  const compiled = file.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');
  return [file, compiled]
    .map((path) => new URL(path, ROOT))
    .find((url) => statSync(url, { throwIfNoEntry: false })?.isFile());
}

function recordOne(error: Error): FaultRecord {
  const { name } = error;
  const code = error instanceof GrammyError ? error.error_code : (Reflect.get(error, 'code') as unknown);
  return {
    name: isErrorName(name) ? name : 'Error',
    ...((typeof code === 'string' || typeof code === 'number') &&
      isErrorCode(String(code)) && { code: String(code) }),
    ...(error instanceof GrammyError && isApiMethod(error.method) && { method: error.method }),
    frames: framesOf(error.stack),
  };
}

/** A message may hold lines that look like frames: only files that are there count. */
function framesOf(stack: unknown): FaultFrame[] {
  if (typeof stack !== 'string') return [];
  const frames: FaultFrame[] = [];
  for (const text of stack.split('\n')) {
    const [, path, line, column] = LOCATION.exec(text) ?? [];
    const file = path === undefined ? null : toProgramFile(path);
    if (file === null) continue;
    frames.push({ file, line: Number(line), column: Number(column) });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}
