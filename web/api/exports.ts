import { me } from '../session.ts';
import { say, sayWhyNot } from '../ui/toast.tsx';
import { t } from '../words/words.ts';
import { act } from './act.ts';
import { askRaw } from './client.ts';

/** Exactly what a filter shows, as a file: within Telegram nothing can be saved, so that it comes into the chat there. */
export async function exportList(
  api: string,
  what: 'payments' | 'users',
  filter: Readonly<Record<string, string>>,
): Promise<void> {
  if (me().session.kind === 'miniApp') {
    const done = await act('POST', `${api}/exports`, { body: { what, filter }, changes: [] });
    if (done) say(t('panel.payments.sentToChat'));
    return;
  }
  await saveFile(`${api}/${what}.csv?${new URLSearchParams(filter)}`, `${what}.csv`);
}

/** What is behind a path, as a file. @param name where the server gives it none */
export async function saveFile(path: string, name: string): Promise<void> {
  try {
    const answer = await askRaw('GET', path);
    save(await answer.blob(), nameIn(answer.headers.get('content-disposition')) ?? name);
  } catch (error) {
    sayWhyNot(error);
  }
}

function nameIn(disposition: string | null): string | undefined {
  return /filename="([^"]+)"/.exec(disposition ?? '')?.[1];
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
