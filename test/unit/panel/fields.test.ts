import Fastify, { type InjectOptions } from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { answerErrors, useContract } from '../../../src/panel/answers.ts';
import { rowId } from '../../../src/panel/contract/shapes.ts';

const faults: unknown[] = [];
const app = Fastify();
useContract(app);
answerErrors(app, { report: (error) => void faults.push(error) });
const one = z.strictObject({ id: rowId });
const body = z.union([
  z.strictObject({ reason: z.enum(['amount', 'unreadable']) }),
  z.strictObject({ text: z.string(), note: z.strictObject({ by: z.string() }).optional() }),
]);
app.post('/:id', { schema: { params: one, body } }, async () => ({}));
app.get('/', { schema: { querystring: z.strictObject({ chat: rowId.optional() }) } }, async () => ({}));
afterAll(() => app.close());

async function fieldsOf(asked: InjectOptions): Promise<string[]> {
  const answer = await app.inject(asked);
  const { error } = answer.json();
  expect([answer.statusCode, error.code]).toEqual([400, 'request']);
  return Object.keys(error.fields);
}
const sent = (payload: object | string) => ({
  method: 'POST' as const,
  url: '/1',
  payload,
  headers: { 'content-type': 'application/json' },
});

test('what is sent is named by what is wrong in it: also what nobody asked for', async () => {
  expect(await fieldsOf(sent({ reason: 'amount', sum: 1, by: 2 }))).toEqual(['sum', 'by']);
  expect(await fieldsOf(sent({ reason: 'other' }))).toEqual(['reason']);
  expect(await fieldsOf(sent({ text: 'a', note: { by: 'b', at: 1 } }))).toEqual(['note.at']);
  expect(await fieldsOf({ url: '/?chat=x' })).toEqual(['chat']);
  expect(await fieldsOf({ url: '/?chats=1' })).toEqual(['chats']);
});

test('what is no JSON, no text that can be kept, or too deep is wrong as a whole', async () => {
  expect(await fieldsOf(sent('{"reason":'))).toEqual(['body']);
  expect(await fieldsOf(sent('"reason"'))).toEqual(['body']);
  expect(await fieldsOf(sent({ text: 'a\0b' }))).toEqual(['body']);
  for (const levels of [21, 10_000]) {
    const deep = `{"text":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(await fieldsOf(sent(deep))).toEqual(['body']);
  }
  expect(faults).toEqual([]);
});

test('an id is its digits: nothing else in an address is one, and none is larger than a row can be', async () => {
  const malformed = ['0', '-1', '1.5', '1e3', '%201', '01', '0x1', '+1', '2147483648', '9223372036854775808'];
  for (const id of malformed) {
    const answer = await app.inject({ ...sent({ text: 'a' }), url: `/${id}` });
    expect([answer.statusCode, answer.json().error.code], id).toEqual([404, 'notFound']);
    expect(await fieldsOf({ url: `/?chat=${id}` })).toEqual(['chat']);
  }
  expect((await app.inject({ ...sent({ text: 'a' }), url: '/2147483647' })).statusCode).toBe(200);
});
