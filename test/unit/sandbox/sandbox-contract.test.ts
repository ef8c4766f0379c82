import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { METHODS, OBJECTS, UPDATE_KINDS, VARIANTS } from '../../../sandbox/methods/parameters.ts';

const API_FILE = new URL('../../../../shared/bot-api/api.json', import.meta.url);
const isHere = existsSync(API_FILE);

const Described = z.object({
  fields: z
    .array(z.object({ name: z.string(), types: z.array(z.string()), required: z.boolean() }))
    .default([]),
  subtypes: z.array(z.string()).default([]),
});
const Api = z.object({
  methods: z.record(z.string(), Described),
  types: z.record(z.string(), Described),
});
type Fields = z.infer<typeof Described>['fields'];

/** Fields that are younger than the description. */
const YOUNGER = new Set(['ChatAdministratorRights.can_send_welcome_messages']);
const YOUNGER_UPDATES = ['stopped_message_generation', 'subscription'];

function readApi(): z.infer<typeof Api> {
  return Api.parse(JSON.parse(readFileSync(API_FILE, 'utf8')));
}

/** How our table departs from the description, in words. */
function departures(name: string, ours: Readonly<Record<string, string>>, theirs: Fields): string[] {
  const unknown = Object.keys(ours).filter((field) => !theirs.some((their) => their.name === field));
  const wrong = theirs.flatMap((their) => {
    const our = ours[their.name];
    const real = `${their.types.join('/')}${their.required ? '!' : ''}`;
    if (our === undefined) return their.required ? [`${name}.${their.name} is required and missing`] : [];
    return our === real ? [] : [`${name}.${their.name} is ${real}, not ${our}`];
  });
  return [...unknown.map((field) => `${name}.${field} does not exist`), ...wrong].filter(
    (departure) => ![...YOUNGER].some((young) => departure === `${young} does not exist`),
  );
}

describe.skipIf(!isHere)(
  "the sandbox's tables (skipped where the Bot API's description is not at hand)",
  () => {
    it.each(Object.entries(METHODS))('%s takes what the Bot API says it takes', (method, table) => {
      const theirs = readApi().methods[method];
      expect(theirs, `${method} is no method of the Bot API`).toBeDefined();
      expect(departures(method, table, theirs?.fields ?? [])).toEqual([]);
    });

    it.each(Object.entries(OBJECTS))('%s has the fields that the Bot API gives it', (type, table) => {
      expect(departures(type, table, readApi().types[type]?.fields ?? [])).toEqual([]);
    });

    it.each(Object.entries(VARIANTS))('%s has shapes that the Bot API knows', (type, variants) => {
      const api = readApi();
      const shapes = api.types[type]?.subtypes ?? [];
      for (const [variant, table] of Object.entries(variants)) {
        const shape = shapes.find(
          (name) => name.toLowerCase() === `${type}${variant.replaceAll('_', '')}`.toLowerCase(),
        );
        expect(shape, `${type} of type ${variant}`).toBeDefined();
        expect(departures(shape ?? '', table, api.types[shape ?? '']?.fields ?? [])).toEqual([]);
      }
    });

    it('knows every kind of update', () => {
      const kinds = (readApi().types['Update']?.fields ?? []).map(({ name }) => name);
      const known = [...kinds.filter((name) => name !== 'update_id'), ...YOUNGER_UPDATES];
      expect([...UPDATE_KINDS].toSorted()).toEqual(known.toSorted());
    });
  },
);

describe('the comparison itself', () => {
  it('notices a wrong type, a wrong duty, a missing field and an invented one', () => {
    const theirs = [
      { name: 'chat_id', types: ['Integer', 'String'], required: true },
      { name: 'text', types: ['String'], required: true },
      { name: 'silent', types: ['Boolean'], required: false },
    ];
    expect(
      departures('say', { chat_id: 'Integer/String', silent: 'String', colour: 'String' }, theirs),
    ).toEqual([
      'say.colour does not exist',
      'say.chat_id is Integer/String!, not Integer/String',
      'say.text is required and missing',
      'say.silent is Boolean, not String',
    ]);
  });
});
