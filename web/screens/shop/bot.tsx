import { useState } from 'preact/hooks';
import type { Bot as BotShape } from '../../../src/panel/contract/bots.ts';
import type { ManagerRole } from '../../../src/shared/team/roles.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { me, readMeAgain } from '../../session.ts';
import { useAddress } from '../../ui/address.ts';
import { Button } from '../../ui/basics.tsx';
import { CopyLink } from '../../ui/copy.tsx';
import { Toggle } from '../../ui/form.tsx';
import { isSureHere } from '../../ui/in-telegram.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

/** One bot: how it stands, what it still needs, and what is done with all of it. */
export default function Bot() {
  const { api, bot: known } = useBot();
  const bot = useGet<BotShape>(api);
  return (
    <Screen name="bot" title={known?.name ?? t('panel.screen.bot')}>
      <Loaded query={bot}>
        {(page) => (
          <>
            <Standing bot={page} />
            <Numbers bot={page} />
            <Chats bot={page} />
            <Section title={t('panel.bot.link')}>
              <CopyLink link={page.link} label={t('panel.bot.copy')} copied={t('panel.bot.copied')} />
            </Section>
            <Work bot={page} />
            {known && known.role !== 'owner' && <Helping role={known.role} bot={page} />}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Standing({ bot }: { bot: BotShape }) {
  const { may } = useBot();
  return (
    <Section title={`@${bot.username}`}>
      <Row title={t(`panel.home.state.${bot.state}`)} subtitle={t(`panel.bot.state.${bot.state}`)} />
      {bot.nextStep && (
        <Row
          testid={`next-step-${bot.nextStep}`}
          title={t('panel.bot.next')}
          subtitle={t(`panel.bot.step.${bot.nextStep}`)}
        />
      )}
      {(bot.nextStep || bot.state === 'dead') && may(bot.state === 'dead' ? 'owner' : 'shop') && (
        <div class="buttons inset">
          <NextStep bot={bot} />
        </div>
      )}
    </Section>
  );
}

/** Where what is missing is done: chats and tokens in Telegram, all else here. */
function NextStep({ bot }: { bot: BotShape }) {
  const { page, may } = useBot();
  if (bot.state === 'dead') {
    return <Outside href={`https://t.me/${me().mainBot}`}>{t('panel.bot.do.token')}</Outside>;
  }
  switch (bot.nextStep) {
    case 'chat':
      return may('owner') ? <ConnectLinks username={bot.username} /> : null;
    case 'rights':
      return <Check />;
    case 'plan':
      return <Inside href={`${page}/plans`}>{t('panel.bot.do.plan')}</Inside>;
    case 'card':
      return may('owner') ? <Inside href={`${page}/settings`}>{t('panel.bot.do.card')}</Inside> : null;
    case null:
      return null;
  }
}

/** Opens Telegram's own dialog, with the rights that the bot needs ticked. */
function ConnectLinks({ username }: { username: string }) {
  const link = (where: string) => `https://t.me/${username}?${where}&admin=invite_users+restrict_members`;
  return (
    <>
      <Outside href={link('startchannel')}>{t('panel.bot.do.channel')}</Outside>
      <Outside href={link('startgroup')}>{t('panel.bot.do.group')}</Outside>
    </>
  );
}

function Outside({ href, children }: { href: string; children: string }) {
  return (
    <a class="button primary" href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

function Inside({ href, children }: { href: string; children: string }) {
  return (
    <a class="button primary" href={href}>
      {children}
    </a>
  );
}

/** Looks at Telegram now: rights that were given a moment ago are seen by it. */
function Check() {
  const { api } = useBot();
  const [isBusy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    if (await act('POST', `${api}/check`, { changes: [api, '/home'] })) say(t('panel.bot.checked'));
    setBusy(false);
  };
  return (
    <Button kind="primary" testid="check" disabled={isBusy} onPress={() => void check()}>
      {t('panel.bot.do.check')}
    </Button>
  );
}

function Numbers({ bot: { live, waiting } }: { bot: BotShape }) {
  return (
    <div class="figures">
      {live !== null && <Figure name="live" label={t('panel.home.live')} value={live} shown={live} />}
      {waiting !== null && (
        <Figure name="waiting" label={t('panel.home.waiting')} value={waiting} shown={waiting} />
      )}
    </div>
  );
}

function Chats({ bot }: { bot: BotShape }) {
  const { may } = useBot();
  return (
    <Section title={t('panel.bot.chats')}>
      {bot.chats.length === 0 ? (
        <Empty text={t('panel.bot.noChats')}>
          {may('owner') && bot.nextStep !== 'chat' && bot.state !== 'dead' && (
            <ConnectLinks username={bot.username} />
          )}
        </Empty>
      ) : (
        bot.chats.map((chat) => (
          <Row
            key={chat.id}
            testid={`row-chat-${chat.id}`}
            title={chat.title}
            subtitle={t(`panel.bot.type.${chat.type}`)}
            end={<span class={isFine(chat) ? 'good small' : 'bad small'}>{rightsOf(chat)}</span>}
          />
        ))
      )}
    </Section>
  );
}

type Chat = BotShape['chats'][number];

function isFine({ basic, canInvite, canRestrict }: Chat): boolean {
  return !basic && canInvite && canRestrict;
}

function rightsOf({ basic, canInvite, canRestrict }: Chat): string {
  if (basic) return t('panel.bot.basic');
  const missing = [...(canInvite ? [] : [t('right.invite')]), ...(canRestrict ? [] : [t('right.restrict')])];
  return missing.length === 0
    ? t('panel.bot.rightsAll')
    : t('panel.bot.rightsMissing', { rights: missing.join(', ') });
}

function Work({ bot }: { bot: BotShape }) {
  const { api, may } = useBot();
  const { route } = useAddress();
  const [isBusy, setBusy] = useState(false);
  const change = async (name: 'pause' | 'resume' | 'mute' | 'unmute') => {
    setBusy(true);
    if (await act('POST', `${api}/${name}`, { changes: [api, '/home'] })) await readMeAgain();
    setBusy(false);
  };
  const remove = async () => {
    const { username } = bot;
    const isSure = await isSureHere({
      title: t('panel.bot.askRemove', { bot: username }),
      text: t('panel.bot.askRemoveText'),
      yes: t('panel.bot.remove'),
      isDangerous: true,
    });
    if (!isSure || !(await act('DELETE', api, { changes: ['/home'] }))) return;
    await readMeAgain();
    say(t('panel.bot.removed', { bot: username }));
    route('/panel/');
  };
  if (!may('shop')) return null;
  return (
    <Section title={t('panel.bot.manage')}>
      {may('owner') && (
        <Toggle
          testid="alerts"
          label={t('panel.bot.alerts')}
          isOn={!bot.muted}
          onChange={(isOn) => change(isOn ? 'unmute' : 'mute')}
        />
      )}
      <div class="buttons inset">
        <Button
          testid={bot.paused ? 'resume' : 'pause'}
          disabled={isBusy}
          onPress={() => void change(bot.paused ? 'resume' : 'pause')}
        >
          {t(bot.paused ? 'panel.bot.resume' : 'panel.bot.pause')}
        </Button>
        {may('owner') && (
          <Button kind="danger" testid="remove" onPress={() => void remove()}>
            {t('panel.bot.remove')}
          </Button>
        )}
      </div>
    </Section>
  );
}

/** Of whoever helps the owner: with what, and the way out. */
function Helping({ role, bot }: { role: ManagerRole; bot: BotShape }) {
  const { api } = useBot();
  const { route } = useAddress();
  const leave = async () => {
    const isSure = await isSureHere({
      title: t('panel.team.leave'),
      text: t('panel.team.askLeave', { bot: bot.username }),
      yes: t('panel.team.leave'),
      isDangerous: true,
    });
    if (!isSure || !(await act('POST', `${api}/team/leave`, { changes: ['/home'] }))) return;
    await readMeAgain();
    route('/panel/');
  };
  return (
    <Section title={t('panel.team.youHelp')}>
      <Row testid="own-role" title={t(`panel.team.may.${role}`)} />
      <div class="buttons inset">
        <Button kind="danger" testid="leave" onPress={() => void leave()}>
          {t('panel.team.leave')}
        </Button>
      </div>
    </Section>
  );
}
