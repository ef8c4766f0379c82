import type { Message } from 'grammy/types';
import { defined } from '../defined.ts';
import { badRequest, callersBug } from '../server/api-error.ts';
import type { MediaKind, StoredFile, Upload } from '../world/files.ts';
import type { Call, Handlers } from './call.ts';
import { readCaption } from './formatted-text.ts';
import { post, type SendOptions, show } from './send.ts';

/** A bot may download files up to this size. */
const LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024;

interface MediaOptions extends SendOptions {
  caption?: string;
  parse_mode?: string;
  caption_entities?: Parameters<typeof readCaption>[2];
}

/** Telegram's names of the kinds, in its errors. */
const KIND_NAMES: Readonly<Record<MediaKind, string>> = {
  photo: 'Photo',
  document: 'Document',
  video: 'Video',
  voice: 'VoiceNote',
  audio: 'Audio',
  animation: 'Animation',
  video_note: 'VideoNote',
  sticker: 'Sticker',
};

/** A file sent anew, or again by an id that this very bot was given. */
function takeFile(call: Call, kind: MediaKind, source: Upload | string): StoredFile {
  if (typeof source !== 'string') {
    if (source.bytes.byteLength === 0) throw callersBug('file must be non-empty');
    return call.world.files.keep({
      kind,
      bytes: source.bytes,
      fileName: kind === 'photo' ? undefined : source.fileName,
    });
  }
  const file = call.world.files.find(call.bot.id, source);
  if (file === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
  if (file.kind !== kind) {
    throw badRequest(`can't use file of type ${KIND_NAMES[file.kind]} as ${KIND_NAMES[kind]}`);
  }
  return file;
}

function postMedia(
  call: Call,
  args: MediaOptions,
  media: { kind: MediaKind; source: Upload | string; details?: Record<string, unknown> },
): Message {
  const written = readCaption(args.caption, args.parse_mode, args.caption_entities);
  const file = takeFile(call, media.kind, media.source);
  const content = { kind: 'media', file, thumbnail: undefined, details: media.details ?? {} } as const;
  return show(call, post(call, args, { content, ...written }));
}

export const media: Handlers<
  | 'sendPhoto'
  | 'sendDocument'
  | 'sendVideo'
  | 'sendVoice'
  | 'sendAudio'
  | 'sendAnimation'
  | 'sendVideoNote'
  | 'sendSticker'
  | 'getFile'
> = {
  sendPhoto: (call, args) =>
    postMedia(call, args, { kind: 'photo', source: args.photo }) as Message.PhotoMessage,

  sendDocument: (call, args) =>
    postMedia(call, args, { kind: 'document', source: args.document }) as Message.DocumentMessage,

  sendVideo(call, args) {
    const details = { duration: args.duration ?? 0, width: args.width ?? 640, height: args.height ?? 480 };
    return postMedia(call, args, { kind: 'video', source: args.video, details }) as Message.VideoMessage;
  },

  sendVoice(call, args) {
    const details = { duration: args.duration ?? 0 };
    return postMedia(call, args, { kind: 'voice', source: args.voice, details }) as Message.VoiceMessage;
  },

  sendAudio(call, args) {
    const details = defined({ duration: args.duration ?? 0, performer: args.performer, title: args.title });
    return postMedia(call, args, { kind: 'audio', source: args.audio, details }) as Message.AudioMessage;
  },

  sendAnimation(call, args) {
    const details = { duration: args.duration ?? 0, width: args.width ?? 320, height: args.height ?? 240 };
    const source = args.animation;
    return postMedia(call, args, { kind: 'animation', source, details }) as Message.AnimationMessage;
  },

  sendVideoNote(call, args) {
    const details = { duration: args.duration ?? 0, length: args.length ?? 240 };
    const source = args.video_note;
    return postMedia(call, args, { kind: 'video_note', source, details }) as Message.VideoNoteMessage;
  },

  sendSticker(call, args) {
    const details = { type: 'regular', width: 512, height: 512, is_animated: false, is_video: false };
    return postMedia(call, args, {
      kind: 'sticker',
      source: args.sticker,
      details,
    }) as Message.StickerMessage;
  },

  getFile(call, args) {
    const file = call.world.files.find(call.bot.id, args.file_id);
    if (file === undefined) throw badRequest('wrong file_id or the file is temporarily unavailable');
    if (file.size > LARGEST_DOWNLOAD_BYTES) throw badRequest('file is too big');
    return {
      file_id: args.file_id,
      file_unique_id: file.uniqueId,
      file_size: file.size,
      file_path: call.world.files.publish(call.bot.id, file),
    };
  },
};
