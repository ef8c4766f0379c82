import { expect, test } from 'vitest';
import { makeSlug } from '../../../src/modules/sources/slug.ts';

test.each([
  ['Ads', 'ads'],
  ['Instagram, March 2026', 'instagram-march-2026'],
  ['Реклама у Жасура', 'reklama-u-zhasura'],
  ['Қўқон, Ғазал, Ҳаёт', 'qoqon-gazal-hayot'],
  ['Oʻzbek gʻazallari', 'ozbek-gazallari'],
  ['Maʼlumot', 'malumot'],
  ['Café Ｂｅｓｔ', 'cafe-best'],
  ['  --x9--  ', 'x9'],
  ['a very long name of a source, indeed', 'a-very-long-name-of-a-so'],
])('%s is %s in a link', (name, slug) => {
  expect(makeSlug(name, new Set())).toBe(slug);
});

test('where no letter is left, sources are numbered, by what is free', () => {
  expect(makeSlug('📣', new Set())).toBe('s1');
  expect(makeSlug('广告', new Set(['s1', 's2']))).toBe('s3');
  expect(makeSlug('2026', new Set())).toBe('s1');
  expect(makeSlug('z', new Set())).toBe('s1');
});

test('one that is taken is counted on, and stays short enough', () => {
  expect(makeSlug('Ads', new Set(['ads']))).toBe('ads-2');
  expect(makeSlug('Ads', new Set(['ads', 'ads-2']))).toBe('ads-3');
  const long = 'abcdefghijklmnopqrstuvwxyz';
  expect(makeSlug(long, new Set(['abcdefghijklmnopqrstuvwx']))).toBe('abcdefghijklmnopqrstuv-2');
});
