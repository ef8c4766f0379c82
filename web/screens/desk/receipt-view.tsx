import { useState } from 'preact/hooks';
import type { Receipt } from '../../../src/panel/contract/receipts.ts';
import { useGet } from '../../api/queries.ts';
import { Button } from '../../ui/basics.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { decide } from './decisions.ts';
import { Facts } from './facts.tsx';
import { Picture } from './picture.tsx';
import { Reasons } from './reasons.tsx';

interface ViewProps {
  api: string;
  page: string;
  id: number;
  /** It was decided: on to the next one. */
  onDecided: () => void;
}

/** One receipt: the picture, what the books say, and the decision. */
export function ReceiptView(props: ViewProps) {
  const receipt = useGet<Receipt>(`${props.api}/receipts/${props.id}`);
  return <Loaded query={receipt}>{(data) => <Opened key={data.id} {...props} receipt={data} />}</Loaded>;
}

function Opened({ api, page, id, receipt, onDecided }: ViewProps & { receipt: Receipt }) {
  const [isRejecting, setRejecting] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const may = (what: 'approve' | 'reject' | 'revert') => receipt.can.includes(what) && !isBusy;
  const run = async (decision: () => Promise<boolean>) => {
    setBusy(true);
    setRejecting(false);
    if (await decision()) onDecided();
    setBusy(false);
  };
  const approve = () => may('approve') && void run(() => decide(api, id, 'approve'));
  const reject = () => may('reject') && setRejecting(true);
  const undo = async () => {
    if (!(await askToUndo(id))) return;
    setBusy(true);
    await decide(api, id, 'revert');
    setBusy(false);
  };
  useKeys({ KeyA: approve, KeyR: reject });
  return (
    <>
      <Picture
        path={`${api}/receipts/${id}/file`}
        showPath={`${api}/receipts/${id}/show`}
        label={t('panel.desk.picture', { id })}
        hasKeys
      />
      <div class="books">
        <Facts receipt={receipt} page={page} />
        <div class="verdict">
          {isRejecting ? (
            <Reasons
              onClose={() => setRejecting(false)}
              onChoose={(body) => void run(() => decide(api, id, 'reject', body))}
            />
          ) : (
            <div class="buttons">
              {may('reject') && (
                <Button kind="danger" testid="receipt-reject" onPress={reject}>
                  {t('panel.desk.reject')}
                </Button>
              )}
              {may('approve') && (
                <Button kind="primary" testid="receipt-approve" onPress={approve}>
                  {t(receipt.state === 'rejected' ? 'panel.desk.approveAfterAll' : 'panel.desk.approve')}
                </Button>
              )}
              {may('revert') && (
                <Button testid="receipt-undo" onPress={() => void undo()}>
                  {t('panel.desk.undo')}
                </Button>
              )}
            </div>
          )}
        </div>
      </div>
    </>
  );
}

/** What was given is taken away, and whoever has no time left is put out: it asks. */
export function askToUndo(id: number): Promise<boolean> {
  return confirmed({
    title: t('panel.desk.askUndo', { id }),
    text: t('panel.desk.askUndoText'),
    yes: t('panel.desk.undo'),
    isDangerous: true,
  });
}
