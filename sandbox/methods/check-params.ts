import { callersBug } from '../server/api-error.ts';
import { type FieldTable, METHODS, type MethodName, OBJECTS, VARIANTS } from './parameters.ts';

export type Params = Record<string, unknown>;

/** Telegram's own words for what is missing, where it has some. */
const MISSING: Readonly<Record<string, string>> = {
  chat_id: 'chat_id is empty',
  text: 'message text is empty',
  user_id: 'invalid user_id specified',
  photo: 'there is no photo in the request',
  document: 'there is no document in the request',
  video: 'there is no video in the request',
  voice: 'there is no voice in the request',
  audio: 'there is no audio in the request',
  animation: 'there is no animation in the request',
  video_note: 'there is no video note in the request',
  sticker: 'there is no sticker in the request',
};

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}

/** Throws what Telegram answers where the parameters are not those that the method takes. */
export function checkParams(method: MethodName, params: Params): void {
  const table: FieldTable = METHODS[method];
  for (const [name, field] of Object.entries(table)) {
    if (field.endsWith('!') && params[name] === undefined) {
      throw callersBug(MISSING[name] ?? `parameter "${name}" is required`);
    }
  }
  const fault = faultInFields(params, table, method);
  if (fault !== null) throw callersBug(fault);
}

/** Turns the text fields of a form into the values that the tables declare. */
export function decodeForm(method: MethodName, fields: Readonly<Record<string, unknown>>): Params {
  const table: FieldTable = METHODS[method];
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, decodeField(name, value, table[name])]),
  );
}

function decodeField(name: string, value: unknown, field: string | undefined): unknown {
  if (typeof value !== 'string' || field === undefined) return value;
  const type = field.replace('!', '');
  if (type.split('/').includes('String')) return value;
  if (type === 'Integer') return /^-?\d+$/.test(value) ? Number(value) : value;
  if (type === 'Float') return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  if (type === 'Boolean') return decodeBoolean(value);
  try {
    return JSON.parse(value);
  } catch (error) {
    throw callersBug(
      `can't parse ${name} JSON object: ${error instanceof Error ? error.message : 'no JSON'}`,
    );
  }
}

function decodeBoolean(value: string): unknown {
  if (/^(true|1|yes)$/i.test(value)) return true;
  return /^(false|0|no)$/i.test(value) ? false : value;
}

function faultInFields(value: Params, table: FieldTable, path: string): string | null {
  for (const [name, field] of Object.entries(table)) {
    const given = value[name];
    if (given === undefined) {
      if (field.endsWith('!')) return `${path}: field "${name}" is required`;
      continue;
    }
    const fault = faultIn(given, field.replace('!', ''), `${path}.${name}`);
    if (fault !== null) return fault;
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(table, name));
  return unknown === undefined ? null : `${path}: "${unknown}" is not known`;
}

function faultIn(value: unknown, type: string, path: string): string | null {
  if (type.includes('/')) {
    const faults = type.split('/').map((alternative) => faultIn(value, alternative, path));
    return faults.includes(null) ? null : faults.join(', or ');
  }
  if (type.startsWith('Array of ')) {
    if (!Array.isArray(value)) return `${path} must be an array`;
    const faults = value.map((item, index) =>
      faultIn(item, type.slice('Array of '.length), `${path}[${index}]`),
    );
    return faults.find((fault) => fault !== null) ?? null;
  }
  if (Object.hasOwn(OBJECTS, type) || Object.hasOwn(VARIANTS, type)) return faultInObject(value, type, path);
  return isScalar(value, type) ? null : `${path} must be ${type}`;
}

function faultInObject(value: unknown, type: string, path: string): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path} must be ${type}`;
  const fields = Object.fromEntries(Object.entries(value));
  const variants = Object.entries(VARIANTS).find(([name]) => name === type)?.[1];
  const objects: Readonly<Record<string, FieldTable>> = OBJECTS;
  const table = variants === undefined ? objects[type] : variants[String(fields['type'])];
  return table === undefined ? `${path}: no such ${type}` : faultInFields(fields, table, path);
}

function isScalar(value: unknown, type: string): boolean {
  switch (type) {
    case 'Integer':
      return Number.isSafeInteger(value);
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'InputFile':
      return typeof value === 'object' && value !== null && 'bytes' in value;
    default:
      return typeof value === 'string';
  }
}
