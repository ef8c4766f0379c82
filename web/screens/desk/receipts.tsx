import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import type { ListedReceipt, RejectBody } from '../../../src/panel/contract/receipts.ts';
import { useList } from '../../api/queries.ts';
import { useAddress, useFilters } from '../../ui/address.ts';
import { Button, Money, planTitle, When } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { useKeys } from '../../ui/keys.ts';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { isWide } from '../../ui/wide.ts';
import { t } from '../../words/words.ts';
import { decide, decideEach, lastDecision, refusals } from './decisions.ts';
import { loadFile } from './picture.tsx';
import { Reasons } from './reasons.tsx';
import { askToUndo, ReceiptView } from './receipt-view.tsx';

const AT_ONCE = 50;

/** The receipts desk: what waits, the picture and the books side by side, decided by keyboard. */
export default function Receipts() {
  const { api, page } = useBot();
  const { params } = useRoute();
  const { route } = useAddress();
  const { filters, set, search } = useFilters();
  const list = useList<ListedReceipt>(`${api}/receipts${search}`);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  // What is ticked is of what is shown: another filter shows something else.
  useEffect(() => setTicked(new Set()), [search, api]);

  const opened = params['id'] === undefined ? undefined : Number(params['id']);
  const { items } = list;
  const id = opened;
  const place = items.findIndex((item) => item.id === id);
  const open = (next: ListedReceipt | undefined, replace = true) =>
    route(`${page}/receipts${next ? `/${next.id}` : ''}${search}`, replace);
  const first = opened === undefined && isWide() ? items[0] : undefined;
  useEffect(() => {
    // Held in the address: what is looked at stays before whoever decides, whatever comes or goes in the list.
    if (first) open(first);
  }, [first?.id]);
  const onDecided = () => open(items[place + 1] ?? items[place - 1]);

  const following = items[place + 1];
  const shown = items[place];
  useEffect(() => {
    let isHere = true;
    // The picture while its books are asked for, and the next one's before its turn; what fails now is told when it is shown.
    const load = async () => {
      for (const each of [shown, following]) {
        if (isHere && shown && each) {
          await loadFile(`${api}/receipts/${each.id}/file`).catch(() => undefined);
        }
      }
    };
    void load();
    return () => {
      isHere = false;
    };
  }, [shown?.id, following?.id]);

  const tick = (ids: readonly number[], isTicked: boolean) => {
    const after = new Set(ticked);
    for (const each of ids) {
      if (isTicked) after.add(each);
      else after.delete(each);
    }
    setTicked(after);
  };
  const waiting = items.filter(({ can }) => can.includes('approve'));
  const chosen = items.filter((item) => ticked.has(item.id)).map((item) => item.id);
  const bulk = async (write: (id: number) => { action: 'approve' } | ({ action: 'reject' } & RejectBody)) => {
    for (let from = 0; from < chosen.length; from += AT_ONCE) {
      const part = chosen.slice(from, from + AT_ONCE);
      tick(
        await decideEach(
          api,
          part.map((each) => ({ id: each, ...write(each) })),
        ),
        false,
      );
    }
  };
  const undoLast = async () => {
    const last = lastDecision.peek();
    if (!last) {
      say(t('panel.desk.nothingToUndo'));
      return;
    }
    // A rejection is not taken back: what was rejected is approved after all.
    if (!last.wasApproval) route(`${page}/receipts/${last.id}`, true);
    else if (await askToUndo(last.id)) await decide(last.api, last.id, 'revert');
  };
  useKeys({
    KeyJ: () => open(items[place + 1] ?? items[place]),
    ArrowDown: () => open(items[place + 1] ?? items[place]),
    KeyK: () => open(items[Math.max(0, place - 1)]),
    ArrowUp: () => open(items[Math.max(0, place - 1)]),
    KeyU: () => void undoLast(),
    KeyX: () => id !== undefined && tick([id], !ticked.has(id)),
    'Shift+KeyX': () =>
      tick(
        items.slice(0, place + 1).map((item) => item.id),
        true,
      ),
    'Shift+KeyA': () => chosen.length > 0 && void bulk(() => ({ action: 'approve' })),
    Escape: () => opened !== undefined && !isWide() && open(undefined),
  });

  const chats = [...new Map(items.flatMap(({ chats: all }) => all.map((chat) => [chat.id, chat.title])))];
  const isListShown = isWide() || opened === undefined;
  return (
    <Screen name="receipts" title={t('panel.screen.receipts')} wide>
      <div class={id === undefined ? 'desk empty' : 'desk'}>
        {isListShown && (
          <div class="desk-list">
            <Filters
              filters={filters}
              set={set}
              of={[
                {
                  name: 'state',
                  label: t('panel.desk.state'),
                  options: [
                    ['', t('panel.desk.waiting')],
                    ['decided', t('panel.desk.decided')],
                  ],
                },
                {
                  name: 'chat',
                  label: t('panel.desk.chat'),
                  options: [
                    ['', t('panel.filter.all')],
                    ...chats.map(([chat, title]) => [String(chat), title] as const),
                  ],
                },
              ]}
            />
            {list.total !== undefined && (
              <p class="hint small" data-testid="total" data-value={list.total ?? ''}>
                {t('panel.desk.total', { count: list.total ?? 0 })}
              </p>
            )}
            {chosen.length > 0 && <Bulk count={chosen.length} onDecide={(write) => void bulk(write)} />}
            <Refusals />
            <Listed
              list={list}
              empty={
                <Empty text={t(search === '' ? 'panel.desk.nothingWaits' : 'panel.desk.nothingFound')} />
              }
            >
              {(listed) => (
                <Section>
                  {listed.map((item) => (
                    <ReceiptRow
                      key={item.id}
                      item={item}
                      href={`${page}/receipts/${item.id}${search}`}
                      isChosen={item.id === id}
                      isTicked={ticked.has(item.id)}
                      onTick={waiting.includes(item) ? (is) => tick([item.id], is) : null}
                    />
                  ))}
                </Section>
              )}
            </Listed>
          </div>
        )}
        {id !== undefined && (
          <>
            {!isWide() && <Button onPress={() => open(undefined)}>{t('panel.desk.toList')}</Button>}
            <ReceiptView key={id} api={api} page={page} id={id} onDecided={onDecided} />
          </>
        )}
      </div>
    </Screen>
  );
}

function ReceiptRow({
  item,
  href,
  isChosen,
  isTicked,
  onTick,
}: {
  item: ListedReceipt;
  href: string;
  isChosen: boolean;
  isTicked: boolean;
  /** Null: it is decided. */
  onTick: ((isTicked: boolean) => void) | null;
}) {
  const isFlagged = item.flags.some(({ kind }) => kind === 'usedBefore');
  return (
    <Row
      testid={`row-receipt-${item.id}`}
      href={href}
      isChosen={isChosen}
      start={
        onTick && (
          <label class="tick">
            <span class="unseen">{t('panel.desk.tick', { id: item.id })}</span>
            <input
              type="checkbox"
              data-testid={`tick-${item.id}`}
              checked={isTicked}
              onChange={({ currentTarget }) => onTick(currentTarget.checked)}
            />
          </label>
        )
      }
      title={item.payer.name}
      subtitle={
        <>
          {isFlagged && <span class="wrong">⚠︎ </span>}
          {t('panel.number', { id: item.id })} · {planTitle(item.plan)}
        </>
      }
      end={
        <>
          <Money of={item.amount} />
          <br />
          <span class="hint small">
            <When at={item.receiptAt} />
          </span>
        </>
      }
    />
  );
}

function Bulk({
  count,
  onDecide,
}: {
  count: number;
  onDecide: (write: () => { action: 'approve' } | ({ action: 'reject' } & RejectBody)) => void;
}) {
  const [isRejecting, setRejecting] = useState(false);
  if (isRejecting) {
    return (
      <Reasons
        onClose={() => setRejecting(false)}
        onChoose={(body) => {
          setRejecting(false);
          onDecide(() => ({ action: 'reject', ...body }));
        }}
      />
    );
  }
  return (
    <div class="buttons bulk">
      <Button kind="primary" testid="bulk-approve" onPress={() => onDecide(() => ({ action: 'approve' }))}>
        {t('panel.desk.approveAll', { count })}
      </Button>
      <Button kind="danger" testid="bulk-reject" onPress={() => setRejecting(true)}>
        {t('panel.desk.rejectAll', { count })}
      </Button>
    </div>
  );
}

/** A result a row: why some of several were not decided. */
function Refusals() {
  const refused = [...refusals.value];
  if (refused.length === 0) return null;
  return (
    <Section title={t('panel.desk.notDecided')}>
      {refused.map(([id, message]) => (
        <Row
          key={id}
          testid={`refused-${id}`}
          title={t('panel.number', { id })}
          subtitle={<span class="wrong">{message}</span>}
        />
      ))}
      <Button onPress={() => (refusals.value = new Map())}>{t('panel.action.close')}</Button>
    </Section>
  );
}
