import type { Server } from '../support/program.ts';

/** Who asks: what `signIn` gave them. */
export type Asker = Readonly<Record<string, string>>;

export interface Answer {
  status: number;
  /** From the sending to the last byte. */
  ms: number;
  text: string;
}

/** Asks the panel of a server as its page does. @param path below `/panel/api` @param body makes it a change */
export async function ask(
  { port }: Pick<Server, 'port'>,
  asker: Asker,
  path: string,
  body?: object,
): Promise<Answer> {
  const sentAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/panel/api${path}`, {
    headers: { ...asker, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, ms: performance.now() - sentAt, text };
}

/** @returns how long it took, in milliseconds @throws Error where it is refused */
export async function timeOf(server: Pick<Server, 'port'>, asker: Asker, path: string): Promise<number> {
  const { status, ms, text } = await ask(server, asker, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 200)}`);
  return ms;
}
