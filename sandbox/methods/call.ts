import type { ApiMethods, InputFile } from 'grammy/types';
import type { SandboxBot } from '../world/accounts.ts';
import type { Upload } from '../world/files.ts';
import type { World } from '../world/world.ts';
import type { MethodName } from './parameters.ts';

/** Who calls, and in which world. */
export interface Call {
  world: World;
  bot: SandboxBot;
  /** Aborted when the caller's connection is gone. */
  gone: AbortSignal;
}

type FileKey<T> = { [K in keyof T]-?: Extract<T[K], InputFile> extends never ? never : K }[keyof T];

type WithUploads<T> = Omit<T, FileKey<T>> & {
  [K in FileKey<T>]: Exclude<T[K], InputFile> | Upload;
};

/** What the method takes, files as the server receives them. */
type Args<M extends MethodName> = WithUploads<NonNullable<Parameters<ApiMethods[M]>[0]>>;

type Handler<M extends MethodName> = (
  call: Call,
  args: Args<M>,
) => ReturnType<ApiMethods[M]> | Promise<ReturnType<ApiMethods[M]>>;

export type Handlers<M extends MethodName> = { readonly [K in M]: Handler<K> };
