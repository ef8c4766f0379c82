import { randomBytes } from 'node:crypto';
import type { FileStore, MediaKind } from './files.ts';
import type { Content } from './messages.ts';

/** What a person attaches. */
export interface Attachment {
  caption?: string;
  /** Media with the same one are sent together. */
  album?: string;
  /** `file_unique_id`; one that was sent before makes it the same file again. */
  uniqueId?: string;
  bytes?: Uint8Array;
  /** As Telegram reports it, in bytes; the length of `bytes` when not given. */
  size?: number;
  mimeType?: string;
  fileName?: string;
}

const DETAILS: Readonly<Record<MediaKind, Readonly<Record<string, unknown>>>> = {
  photo: {},
  document: {},
  video: { duration: 3, width: 640, height: 480 },
  voice: { duration: 3 },
  audio: { duration: 120 },
  animation: { duration: 2, width: 320, height: 240 },
  video_note: { duration: 5, length: 240 },
  sticker: { type: 'regular', width: 512, height: 512, is_animated: false, is_video: false, emoji: '👍' },
};

/** Keeps the file, and makes of it what a message holds. A picture comes with a smaller version, as at Telegram. */
export function attach(files: FileStore, kind: MediaKind, attachment: Attachment): Content {
  const { caption: _caption, album, bytes = randomBytes(32), ...description } = attachment;
  const file = files.keep({ kind, bytes, ...description });
  const thumbnail =
    kind === 'photo'
      ? files.keep({ kind, bytes: bytes.slice(0, 8), uniqueId: `${file.uniqueId}s` })
      : undefined;
  return { kind: 'media', file, thumbnail, details: DETAILS[kind], album };
}
