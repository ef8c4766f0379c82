import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type MediaKind =
  | 'photo'
  | 'document'
  | 'video'
  | 'voice'
  | 'audio'
  | 'animation'
  | 'video_note'
  | 'sticker';

/** A file as it arrives in a multipart request. */
export interface Upload {
  fileName: string;
  bytes: Uint8Array;
}

/** A file as Telegram keeps it, whoever looks at it. */
export interface StoredFile {
  /** `file_unique_id`: the same for every bot. */
  uniqueId: string;
  kind: MediaKind;
  bytes: Uint8Array;
  /** As Telegram reports it, in bytes; may exceed `bytes` where a test only pretends that a file is large. */
  size: number;
  mimeType: string | undefined;
  fileName: string | undefined;
}

export type NewFile = Pick<StoredFile, 'kind' | 'bytes'> & Partial<Omit<StoredFile, 'kind' | 'bytes'>>;

const FOLDERS: Readonly<Record<MediaKind, readonly [folder: string, extension: string]>> = {
  photo: ['photos', 'jpg'],
  document: ['documents', 'bin'],
  video: ['videos', 'mp4'],
  voice: ['voice', 'oga'],
  audio: ['music', 'mp3'],
  animation: ['animations', 'mp4'],
  video_note: ['video_notes', 'mp4'],
  sticker: ['stickers', 'webp'],
};

/** Every file, and the ids under which each bot knows it: one bot's id is worth nothing to another. */
export class FileStore {
  readonly #byUniqueId = new Map<string, StoredFile>();
  readonly #byFileId = new Map<string, { botId: number; file: StoredFile }>();
  readonly #fileIds = new Map<string, string>();
  readonly #byPath = new Map<string, StoredFile>();
  /** A Bot API server of one's own puts files there, and names them by their whole path. */
  localFolder: string | undefined;

  /** Every id by which some bot can fetch a file. */
  get fileIds(): string[] {
    return [...this.#byFileId.keys()];
  }

  /** A file that was sent before under this unique id and kind is that same file. */
  keep(newFile: NewFile): StoredFile {
    const uniqueId = newFile.uniqueId ?? `AQAD${randomBytes(9).toString('base64url')}`;
    const key = `${newFile.kind} ${uniqueId}`;
    const known = this.#byUniqueId.get(key);
    if (known !== undefined) return known;
    const file: StoredFile = {
      uniqueId,
      kind: newFile.kind,
      bytes: newFile.bytes,
      size: newFile.size ?? newFile.bytes.byteLength,
      mimeType: newFile.mimeType,
      fileName: newFile.fileName,
    };
    this.#byUniqueId.set(key, file);
    return file;
  }

  fileId(botId: number, file: StoredFile): string {
    const key = `${botId} ${file.kind} ${file.uniqueId}`;
    const known = this.#fileIds.get(key);
    if (known !== undefined) return known;
    const fileId = `AgACAgI${randomBytes(36).toString('base64url')}`;
    this.#fileIds.set(key, fileId);
    this.#byFileId.set(fileId, { botId, file });
    return fileId;
  }

  find(botId: number, fileId: string): StoredFile | undefined {
    const entry = this.#byFileId.get(fileId);
    return entry?.botId === botId ? entry.file : undefined;
  }

  /** The `file_path` under which this bot may download the file. */
  publish(botId: number, file: StoredFile): string {
    const [folder, extension] = FOLDERS[file.kind];
    const ownExtension = file.fileName?.split('.').at(-1);
    const path = `${folder}/file_${file.uniqueId}.${ownExtension ?? extension}`;
    if (this.localFolder !== undefined) return keepLocally(this.localFolder, path, file);
    this.#byPath.set(`${botId} ${path}`, file);
    return path;
  }

  findByPath(botId: number, path: string): StoredFile | undefined {
    return this.#byPath.get(`${botId} ${path}`);
  }
}

function keepLocally(folder: string, path: string, file: StoredFile): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, file.bytes);
  return whole;
}
