import { useId, useState } from 'preact/hooks';
import type { Plan, Plans as PlansShape } from '../../../src/panel/contract/plans.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { money, planTitle, sum } from '../../ui/basics.tsx';
import { Switch, useDirty } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Screen } from '../../ui/screen.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

type Chat = PlansShape['chats'][number];

/** What every chat can be sold for, by its months; 0: for ever. */
const STANDARD = [1, 6, 12, 0];

/** What a bot sells, for how much, and what came of it. */
export default function Plans() {
  const { api, page } = useBot();
  const plans = useGet<PlansShape>(`${api}/plans`);
  return (
    <Screen name="plans" title={t('panel.screen.plans')}>
      <Loaded query={plans}>
        {({ chats }) =>
          chats.length === 0 ? (
            <Empty text={t('panel.plans.noChats')}>
              <a class="button primary" href={page}>
                {t('panel.plans.toBot')}
              </a>
            </Empty>
          ) : (
            <>
              {chats.map((chat) => (
                <ChatPlans key={chat.id} chat={chat} />
              ))}
              <p class="hint small">{t('panel.plans.kept')}</p>
            </>
          )
        }
      </Loaded>
    </Screen>
  );
}

function ChatPlans({ chat }: { chat: Chat }) {
  const id = useId();
  // The server says the standard ones first, of which a chat has one each.
  const standard = STANDARD.map((months) => ({
    months,
    plan: chat.plans.find((each) => each.months === months) ?? null,
  }));
  const others = chat.plans.filter((plan) => !standard.some((each) => each.plan === plan));
  return (
    <section class="section" aria-labelledby={id}>
      <h2 id={id}>{chat.title}</h2>
      <div class="group">
        <table class="table plans">
          <thead>
            <tr>
              <th scope="col">{t('panel.plans.plan')}</th>
              <th scope="col">{t('panel.plans.price')}</th>
              <th scope="col">{t('panel.plans.on')}</th>
              <th scope="col" class="number">
                {t('panel.plans.holders')}
              </th>
              <th scope="col" class="number">
                {t('panel.plans.earned')}
              </th>
            </tr>
          </thead>
          <tbody>
            {standard.map(({ months, plan }) => (
              <PlanRow key={months} chat={chat} months={months} plan={plan} />
            ))}
            {others.map((plan) => (
              <PlanRow key={`plan ${plan.id}`} chat={chat} months={null} plan={plan} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** @param months of a standard plan, whether the chat has it yet or not; null: of one of its owner's own */
function PlanRow({ chat, months, plan }: { chat: Chat; months: number | null; plan: Plan | null }) {
  const title = planTitle(plan ?? { months, days: null, until: null, name: null });
  return (
    <tr data-testid={plan ? `row-plan-${plan.id}` : undefined}>
      <th scope="row">{title}</th>
      <td data-label={t('panel.plans.price')}>
        {months === null ? (
          <span class="money" title={t('panel.plans.custom')}>
            {plan && sum(plan.price.amount)}
          </span>
        ) : (
          <Price chat={chat} months={months} plan={plan} title={title} />
        )}
      </td>
      <td data-label={t('panel.plans.on')}>{plan && <OnSale chat={chat} plan={plan} title={title} />}</td>
      <td class="number" data-label={t('panel.plans.holders')}>
        {plan?.holders}
      </td>
      <td class="number" data-label={t('panel.plans.earned')}>
        {plan && money(plan.earned30)}
      </td>
    </tr>
  );
}

/** Typed as anywhere; Enter sets it. What was refused stays to be mended. */
function Price({
  chat,
  months,
  plan,
  title,
}: {
  chat: Chat;
  months: number;
  plan: Plan | null;
  title: string;
}) {
  const { api } = useBot();
  const stored = plan ? sum(plan.price.amount) : '';
  const [typed, setTyped] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const isDirty = typed !== null && typed !== stored;
  useDirty(isDirty);
  const save = async () => {
    if (isBusy || !isDirty) return;
    setBusy(true);
    const body = { channelId: chat.id, months, price: typed };
    const done = await act('PUT', `${api}/plans`, { body, changes: [api, '/home'] });
    setRefused(!done);
    if (done) {
      setTyped(null);
      say(t('panel.plans.saved'));
    }
    setBusy(false);
  };
  return (
    <form
      class="price"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        type="text"
        inputMode="decimal"
        autocomplete="off"
        aria-label={t('panel.plans.priceOf', { plan: title, chat: chat.title })}
        aria-invalid={isRefused}
        data-testid={`price-${chat.id}-${months}`}
        placeholder={plan ? t('panel.plans.typed') : t('panel.plans.none')}
        value={typed ?? stored}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setRefused(false);
        }}
      />
      {isDirty && (
        <button type="submit" class="button primary" disabled={isBusy}>
          {t('panel.action.save')}
        </button>
      )}
    </form>
  );
}

function OnSale({ chat, plan, title }: { chat: Chat; plan: Plan; title: string }) {
  const { api } = useBot();
  return (
    <Switch
      testid={`plan-${plan.id}-on`}
      label={t('panel.plans.onOf', { plan: title, chat: chat.title })}
      isOn={plan.on}
      onChange={(isOn) =>
        act('POST', `${api}/plans/${plan.id}/${isOn ? 'on' : 'off'}`, { changes: [api, '/home'] })
      }
    />
  );
}
