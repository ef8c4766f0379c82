import { expect, test } from 'vitest';
import { readReceipt } from '../../../src/telegram/common/receipt.ts';

const named = (mime_type: string | undefined, file_name: string | undefined) =>
  readReceipt({
    message_id: 1,
    document: {
      file_id: 'f',
      file_unique_id: 'u',
      ...(mime_type === undefined ? {} : { mime_type }),
      ...(file_name === undefined ? {} : { file_name }),
    },
  });

test.each([
  ['application/octet-stream', 'IMG_1.jpg'],
  ['application/octet-stream', 'IMG_1.HEIC'],
  ['Application/Octet-Stream', 'chek.pdf'],
  ['binary/octet-stream', 'chek.PDF '],
  [undefined, 'chek.jpeg'],
  ['', 'chek.png'],
  ['application/x-pdf', undefined],
  ['APPLICATION/PDF', 'chek'],
  ['IMAGE/JPEG', undefined],
  ['image/jpeg; charset=binary', undefined],
])('a document of type %s named %s is a receipt', (type, name) => {
  expect(named(type, name)).toMatchObject({ kind: 'document' });
});

test.each([
  ['application/octet-stream', 'chek.exe'],
  ['application/octet-stream', undefined],
  ['application/octet-stream', 'jpg'],
  [undefined, undefined],
  // What a type does say counts.
  ['text/html', 'chek.jpg'],
  ['application/pdf-x', undefined],
  ['video/mp4', 'chek.pdf'],
])('a document of type %s named %s is none', (type, name) => {
  expect(named(type, name)).toBe('hint.receiptNotImage');
});
