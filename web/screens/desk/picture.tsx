import { useEffect, useState } from 'preact/hooks';
import { act } from '../../api/act.ts';
import { ApiError, askRaw } from '../../api/client.ts';
import { isInTelegram, post } from '../../telegram/bridge.ts';
import { Button, Icon } from '../../ui/basics.tsx';
import { useKeys } from '../../ui/keys.ts';
import { say } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

/** A file as the page holds it: freed when nobody looks at it any more. */
interface Shown {
  url: string;
  type: string;
}

const KEPT = 3;
const files = new Map<string, Promise<Shown>>();

/** Fetched once, also before its turn. */
export function loadFile(path: string): Promise<Shown> {
  const known = files.get(path);
  if (known) return known;
  const file = fetchFile(path);
  files.set(path, file);
  // What failed is asked for anew the next time.
  file.catch(() => files.delete(path));
  for (const [old, loaded] of [...files].slice(0, -KEPT)) {
    files.delete(old);
    loaded.then(({ url }) => URL.revokeObjectURL(url)).catch(() => undefined);
  }
  return file;
}

async function fetchFile(path: string): Promise<Shown> {
  const response = await askRaw('GET', path);
  const blob = await response.blob();
  return { url: URL.createObjectURL(blob), type: blob.type };
}

interface PictureProps {
  /** Of the file. */
  path: string;
  /** Where the seller bot is asked to show it in its owner's chat; null: there is none to ask. */
  showPath: string | null;
  label: string;
  /** The keys of the desk turn and zoom this one. */
  hasKeys?: boolean;
  testid?: string;
}

/** The receipt itself: fits, zooms to the pixel, turns. What no browser draws is opened or sent elsewhere. */
export function Picture({
  path,
  showPath,
  label,
  hasKeys = false,
  testid = 'receipt-picture',
}: PictureProps) {
  const [file, setFile] = useState<Shown | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isZoomed, setZoomed] = useState(false);
  const [turns, setTurns] = useState(0);
  const [isUndrawable, setUndrawable] = useState(false);
  useEffect(() => {
    let isHere = true;
    setFile(null);
    setError(null);
    setZoomed(false);
    setTurns(0);
    setUndrawable(false);
    loadFile(path)
      .then((loaded) => isHere && setFile(loaded))
      .catch((cause: unknown) => {
        if (isHere) setError(cause instanceof ApiError ? cause.message : t('panel.state.failed'));
      });
    return () => {
      isHere = false;
    };
  }, [path]);
  useEffect(() => {
    if (!isZoomed) return undefined;
    // A downward drag moves the picture, and does not close the app.
    post('web_app_setup_swipe_behavior', { allow_vertical_swipe: false });
    return () => post('web_app_setup_swipe_behavior', { allow_vertical_swipe: true });
  }, [isZoomed]);
  const zoom = () => setZoomed(!isZoomed);
  const turn = () => setTurns((turns + 1) % 4);
  useKeys(hasKeys ? { Space: zoom, KeyE: turn } : {});

  if (error !== null) {
    return (
      <div class="picture state" data-testid={testid}>
        <p>{error}</p>
      </div>
    );
  }
  if (!file) return <div class="picture bone" data-testid={testid} aria-busy="true" />;
  if (isUndrawable || !file.type.startsWith('image/')) {
    return <Elsewhere file={file} showPath={showPath} testid={testid} />;
  }
  return (
    <div class={isZoomed ? 'picture zoomed' : 'picture'} data-testid={testid}>
      <button type="button" class="picture-open" onClick={zoom}>
        <img src={file.url} alt={label} class={`turned-${turns}`} onError={() => setUndrawable(true)} />
      </button>
      <div class="picture-tools">
        <Button label={t('panel.desk.zoom')} onPress={zoom}>
          <Icon name="zoom" />
        </Button>
        <Button label={t('panel.desk.turn')} onPress={turn}>
          <Icon name="turn" />
        </Button>
      </div>
    </div>
  );
}

/** A tab of its own in a browser; within Telegram, where files get lost, the chat with the seller bot. */
function Elsewhere({ file, showPath, testid }: { file: Shown; showPath: string | null; testid: string }) {
  const isPdf = file.type === 'application/pdf';
  const show = async () => {
    if (showPath !== null && (await act('POST', showPath, { changes: [] }))) say(t('panel.desk.sentToChat'));
  };
  return (
    <div class="picture state" data-testid={testid}>
      <p>{isPdf ? t('panel.desk.isPdf') : t('panel.desk.isOther')}</p>
      <div class="buttons">
        {isPdf && !isInTelegram() && (
          <a class="button primary" href={file.url} target="_blank" rel="noreferrer">
            {t('panel.desk.openPdf')}
          </a>
        )}
        {showPath !== null && <Button onPress={() => void show()}>{t('panel.desk.showInChat')}</Button>}
      </div>
    </div>
  );
}
