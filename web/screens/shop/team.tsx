import { useState } from 'preact/hooks';
import type { Invitation, Manager, Team as TeamShape } from '../../../src/panel/contract/settings.ts';
import { MANAGER_ROLES, type ManagerRole, mayDo } from '../../../src/shared/team/roles.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { Button, dayOf } from '../../ui/basics.tsx';
import { CopyLink } from '../../ui/copy.tsx';
import { Toggle } from '../../ui/form.tsx';
import { isSureHere } from '../../ui/in-telegram.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

/** Who helps with a bot, who has asked to, and the ways to invite somebody more. */
export default function Team() {
  const { api } = useBot();
  const team = useGet<TeamShape>(`${api}/team`);
  return (
    <Screen name="team" title={t('panel.screen.team')}>
      <Loaded query={team}>
        {({ items, most, quietReceipts }) => (
          <>
            {items.length === 0 ? (
              <Section>
                <Empty text={t('panel.team.none')} />
              </Section>
            ) : (
              items.map((one) => <One key={one.id} api={api} manager={one} />)
            )}
            {items.some(decides) && (
              <Section>
                <Toggle
                  testid="setting-quietreceipts"
                  label={t('panel.team.quiet')}
                  note={t('panel.team.quietNote')}
                  isOn={quietReceipts}
                  onChange={(value) =>
                    act('PUT', `${api}/settings/quietreceipts`, { body: { value }, changes: [api] })
                  }
                />
              </Section>
            )}
            {items.length < most && <Invite api={api} />}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

const decides = ({ state, role }: Manager) => state === 'active' && mayDo(role, 'receipts');

function One({ api, manager }: { api: string; manager: Manager }) {
  const { id, name, username, role, state, since } = manager;
  const person = [name, username && `@${username}`].filter(Boolean).join(' ');
  const [isBusy, setBusy] = useState(false);
  const decide = async (path: string, question: { yes: string; isDangerous?: boolean }) => {
    if (!(await isSureHere({ title: question.yes, text: person, ...question }))) return;
    setBusy(true);
    await act('POST', `${api}/team/${id}/${path}`, { changes: [`${api}/team`] });
    setBusy(false);
  };
  /** Whose button it is, for whoever does not see beside what it stands. */
  const said = (does: string) => `${does}: ${person}`;
  const button = (testid: string, path: string, yes: string, kind: 'primary' | 'plain' | 'danger') => (
    <Button
      key={testid}
      testid={testid}
      kind={kind}
      disabled={isBusy}
      label={said(yes)}
      onPress={() => void decide(path, { yes, isDangerous: kind === 'danger' })}
    >
      {yes}
    </Button>
  );
  return (
    <Section>
      <Row
        testid={`row-manager-${id}`}
        title={person}
        subtitle={t(`panel.team.may.${role}`)}
        end={state === 'asked' ? t('panel.team.asks') : dayOf(since)}
      />
      <div class="buttons inset">
        {state === 'asked' ? (
          <>
            {button(`agree-${id}`, 'ok', t('panel.team.agree'), 'primary')}
            {button(`decline-${id}`, 'no', t('panel.team.decline'), 'danger')}
          </>
        ) : (
          <>
            {MANAGER_ROLES.filter((other) => other !== role).map((other) =>
              button(
                `role-${id}-${other}`,
                `role/${other}`,
                t('panel.team.make', { role: t(`panel.team.roles.${other}`) }),
                'plain',
              ),
            )}
            {button(`remove-${id}`, 'remove', t('panel.team.remove'), 'danger')}
          </>
        )}
      </div>
    </Section>
  );
}

/** A link is shown here within Telegram; what a browser asks for is shown in the main bot. */
function Invite({ api }: { api: string }) {
  const [made, setMade] = useState<Invitation | null>(null);
  const invite = async (role: ManagerRole) => {
    const done = await act<Invitation>('POST', `${api}/team/${role}`, { changes: [] });
    setMade(done?.answer ?? null);
  };
  return (
    <Section title={t('panel.team.invite')} note={t('panel.team.inviteNote')}>
      <div class="buttons inset">
        {MANAGER_ROLES.map((role) => (
          <Button key={role} testid={`invite-${role}`} onPress={() => void invite(role)}>
            {t(`panel.team.as.${role}`)}
          </Button>
        ))}
      </div>
      {made && (
        <>
          <Row
            title={t(`panel.team.as.${made.role}`)}
            subtitle={t('panel.team.works', { hours: made.hours })}
          />
          <CopyLink link={made.link} label={t('panel.team.copy')} copied={t('panel.team.copied')} />
        </>
      )}
    </Section>
  );
}
