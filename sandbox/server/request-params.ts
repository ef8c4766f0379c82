import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type FormData, Response } from 'undici';
import { decodeForm, type Params } from '../methods/check-params.ts';
import type { MethodName } from '../methods/parameters.ts';
import type { Upload } from '../world/files.ts';
import { callersBug } from './api-error.ts';

/** The parameters of a call, from its query and its JSON, url-encoded or multipart body. */
export async function readParams(
  method: MethodName,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Params> {
  const body = await readBody(request);
  const fromQuery = decodeForm(method, Object.fromEntries(query));
  if (body.byteLength === 0) return fromQuery;
  return { ...fromQuery, ...(await readBodyParams(method, body, request.headers['content-type'] ?? '')) };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function readBodyParams(method: MethodName, body: Buffer, contentType: string): Promise<Params> {
  if (contentType.startsWith('application/json')) return readJson(body);
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return decodeForm(method, Object.fromEntries(new URLSearchParams(body.toString())));
  }
  if (contentType.startsWith('multipart/form-data')) {
    return decodeForm(method, await readMultipart(body, contentType));
  }
  throw callersBug(`content type "${contentType}" is not supported`);
}

function readJson(body: Buffer): Params {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    throw callersBug(`can't parse the request: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw callersBug("can't parse the request: it is not a JSON object");
  }
  return Object.fromEntries(Object.entries(value));
}

async function parseMultipart(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch (error) {
    throw callersBug(`can't parse the multipart body: ${String(error)}`);
  }
}

/** An object that names files of the same request has each of them in its place, as text: so it is declared. */
function withUploadsInside(
  text: string,
  uploads: Readonly<Record<string, Upload>>,
  attached: Set<string>,
): string | null {
  if (!text.startsWith('{') || !text.includes('"attach://')) return null;
  return text.replace(/"attach:\/\/([^"]+)"/g, (_whole, part: string) => {
    const upload = uploads[part];
    if (upload === undefined) throw callersBug(`can't find file part "${part}" in the request`);
    attached.add(part);
    return JSON.stringify(`data:;base64,${Buffer.from(upload.bytes).toString('base64')}`);
  });
}

/** Fields that say `attach://name` take the part of that name as their file. */
async function readMultipart(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const form = await parseMultipart(body, contentType);
  const texts: Record<string, string> = {};
  const uploads: Record<string, Upload> = {};
  for (const [name, value] of form) {
    if (typeof value === 'string') texts[name] = value;
    else uploads[name] = { fileName: value.name, bytes: new Uint8Array(await value.arrayBuffer()) };
  }
  const fields: Record<string, unknown> = {};
  const attached = new Set<string>();
  for (const [name, text] of Object.entries(texts)) {
    const whole = withUploadsInside(text, uploads, attached);
    if (whole !== null) {
      fields[name] = whole;
      continue;
    }
    const partName = text.startsWith('attach://') ? text.slice('attach://'.length) : undefined;
    const upload = partName === undefined ? undefined : uploads[partName];
    if (partName !== undefined && upload === undefined) {
      throw callersBug(`can't find file part "${partName}" in the request`);
    }
    if (partName !== undefined) attached.add(partName);
    fields[name] = upload ?? text;
  }
  for (const [name, upload] of Object.entries(uploads)) {
    if (!attached.has(name)) fields[name] = upload;
  }
  return fields;
}
