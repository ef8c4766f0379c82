import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  NUMBER_NAMES,
  type NumberName,
  REFERRAL_MODES,
  SWITCH_NAMES,
  type SwitchName,
} from '../../modules/bot-settings/bot-setting-names.ts';
import { type BotSettings, NUMBERS, SWITCHES } from '../../modules/bot-settings/bot-settings.ts';
import type { MethodsPage } from '../../modules/merchant-accounts/account-page.ts';
import type { Services } from '../../modules/services.ts';
import { confirmationAsked } from '../contract/confirmation.ts';
import {
  type CardBody,
  cardBody,
  cardChanged,
  METHOD_NAMES,
  type OneSetting,
  oneSetting,
  type SettingBody,
  type Settings,
  settingBody,
  settings,
} from '../contract/settings.ts';
import { readSent } from '../refusals.ts';
import { confirmed } from '../session/confirmed.ts';
import { type Tenant, tenantOf } from '../session/scope-guard.ts';

const switchedTo = z.object({ value: z.boolean() });
const typedNumber = z.object({ value: z.union([z.int(), z.string()]).transform(String) });
const chosenMode = z.object({ value: z.enum(REFERRAL_MODES) });

/** What an owner sets for a whole bot. */
export function settingRoutes(
  app: FastifyInstance,
  services: Pick<Services, 'botSettings' | 'merchantAccounts' | 'panelConfirmations' | 'sellerBots'>,
): void {
  const { botSettings, merchantAccounts, sellerBots } = services;

  app.get(
    '/settings',
    { config: { right: 'shop' }, schema: { response: { 200: settings } } },
    async (request): Promise<Settings> => {
      const { scope, actor, role } = tenantOf(request);
      const present = await botSettings.read(scope, actor);
      if (role !== 'owner') return { ...toSettings(present), card: null, methods: null, switches: null };
      const [card, methods] = await Promise.all([
        sellerBots.readCard(scope, actor),
        merchantAccounts.openMethods(scope, actor),
      ]);
      return { card, methods: toMethods(methods, card !== null), ...toSettings(present) };
    },
  );

  app.put<{ Body: CardBody }>(
    '/settings/card',
    { schema: { body: cardBody, response: { 200: cardChanged, 202: confirmationAsked } } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { body } = request;
      if ('value' in body) {
        await merchantAccounts.switchCard(scope, actor, body.value);
        return reply.code(204).send();
      }
      const payload = { telegramBotId: String(scope.telegramBotId), ...body };
      return confirmed(services, request, reply, { action: 'card', payload }, async () => {
        const { digits, luhnValid } = sellerBots.readCardNumber(body.number);
        await sellerBots.setCard(scope, actor, { digits, holder: body.holder });
        return { warning: luhnValid ? null : 'luhn' };
      });
    },
  );

  app.put<{ Params: OneSetting; Body: SettingBody }>(
    '/settings/:name',
    { config: { right: 'shop' }, schema: { params: oneSetting, body: settingBody } },
    async (request, reply) => {
      await set(tenantOf(request), request.params.name, request.body);
      return reply.code(204).send();
    },
  );

  async function set({ scope, actor }: Tenant, name: OneSetting['name'], body: SettingBody): Promise<void> {
    if (isNumber(name)) {
      return botSettings.setNumber(scope, actor, { name, text: readSent(typedNumber, body).value });
    }
    if (isSwitch(name)) {
      return botSettings.setSwitch(scope, actor, { name, isOn: readSent(switchedTo, body).value });
    }
    if (name === 'referral') return botSettings.setReferral(scope, actor, readSent(chosenMode, body).value);
    await merchantAccounts.switchProvider(scope, actor, name, readSent(switchedTo, body).value);
  }
}

const isNumber = (name: OneSetting['name']): name is NumberName =>
  (NUMBER_NAMES as readonly string[]).includes(name);
const isSwitch = (name: OneSetting['name']): name is SwitchName =>
  (SWITCH_NAMES as readonly string[]).includes(name);

function toMethods(
  { isCardEnabled, hasTariff, hasAddress, accounts }: MethodsPage,
  hasCard: boolean,
): Settings['methods'] {
  return [
    { name: 'card', on: isCardEnabled, ready: hasCard },
    ...METHOD_NAMES.map((name) => {
      const account = accounts.find(({ provider }) => provider === name);
      const isLive = account?.keysSetAt != null && account.liveAt !== null;
      return { name, on: account?.enabled ?? false, ready: isLive && hasTariff && hasAddress };
    }),
  ];
}

function toSettings(present: BotSettings): Pick<Settings, 'numbers' | 'switches' | 'referral'> {
  const number = (name: NumberName) => {
    const { sets, min, max } = NUMBERS[name];
    return { value: present[sets], min, max };
  };
  return {
    numbers: {
      grace: number('grace'),
      winback: number('winback'),
      winpercent: number('winpercent'),
      refdays: number('refdays'),
      refpercent: number('refpercent'),
      friendpercent: number('friendpercent'),
    },
    switches: { unique: present[SWITCHES.unique], quietreceipts: present[SWITCHES.quietreceipts] },
    referral: present.referral,
  };
}
