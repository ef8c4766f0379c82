import { Button } from './basics.tsx';
import { say } from './toast.tsx';

/** A link, shown whole, and copied by a press. */
export function CopyLink({ link, label, copied }: { link: string; label: string; copied: string }) {
  const copy = async () => {
    // Some web views let nobody near the clipboard: the link can be marked by hand there.
    await navigator.clipboard?.writeText(link).then(
      () => say(copied),
      () => undefined,
    );
  };
  return (
    <div class="form">
      <span class="link" data-testid="link">
        {link}
      </span>
      <Button testid="copy" onPress={() => void copy()}>
        {label}
      </Button>
    </div>
  );
}
