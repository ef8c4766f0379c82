import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { TrailRecord } from '../../modules/moderation/desk/trail-list.ts';
import { COMPONENT_NAMES } from '../../modules/monitoring/health-service.ts';
import {
  daysOf,
  isAmountSetting,
  isDaysSetting,
  SETTING_NAMES,
  type SettingName,
} from '../../modules/platform/setting-names.ts';
import type { Services } from '../../modules/services.ts';
import { maskCardNumber } from '../../shared/card-number.ts';
import type { Clock } from '../../shared/clock.ts';
import { sayNamed } from '../answers.ts';
import { sayAudit, toActor, toActors } from '../audit-words.ts';
import { auditActors } from '../contract/audit.ts';
import { confirmationAsked } from '../contract/confirmation.ts';
import { type WatchedQuery, watchedPage, watchedQuery } from '../contract/moderator/payments.ts';
import {
  dashboard,
  type OneSetting,
  oneSetting,
  type PlatformAuditLine,
  type PlatformAuditQuery,
  type PlatformSetting,
  platformAuditPage,
  platformAuditQuery,
  platformSettings,
  type SettingBody,
  settingBody,
  systemHealth,
} from '../contract/moderator/platform.ts';
import { placeById, readCursor, writeCursor } from '../keyset.ts';
import { confirmed } from '../session/confirmed.ts';
import { moderatorOf } from '../session/moderator-guard.ts';
import { toMoney } from '../shapes.ts';
import { toWatchedPayment } from './moderator-shapes.ts';

const trailPlace = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** The platform at a glance, what is paid through it, what it is set to, its trail and its health. */
export function platformRoutes(
  app: FastifyInstance,
  services: Pick<
    Services,
    'checkHistory' | 'moderation' | 'panelConfirmations' | 'platformDesk' | 'platformHealth' | 'statistics'
  >,
  clock: Clock,
): void {
  const { checkHistory, moderation, platformDesk: desk, platformHealth, statistics } = services;

  app.get('/dashboard', { schema: { response: { 200: dashboard } } }, async (request) => {
    const actor = moderatorOf(request);
    const asOf = clock.now().toISOString();
    const [metrics, sums] = await Promise.all([
      moderation.readDashboard(actor),
      statistics.readPlatform(actor),
    ]);
    const { today, week, month } = sums.periods;
    return {
      asOf,
      ...metrics,
      live: sums.liveSubscribers,
      turnover: {
        today: toMoney(today.turnover),
        week: toMoney(week.turnover),
        month: toMoney(month.turnover),
      },
    };
  });

  app.get<{ Querystring: WatchedQuery }>(
    '/payments',
    { schema: { querystring: watchedQuery, response: { 200: watchedPage } } },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const before = readCursor(cursor, placeById);
      const { items, next } = await desk.listPayments(moderatorOf(request), filter, { before, limit });
      return { items: items.map(toWatchedPayment), next: next === null ? null : writeCursor([next]) };
    },
  );

  app.get('/settings', { schema: { response: { 200: platformSettings } } }, async (request) => {
    const values = await moderation.readSettings(moderatorOf(request));
    return { items: SETTING_NAMES.map((name) => toSetting(name, values.get(name))) };
  });

  app.put<{ Params: OneSetting; Body: SettingBody }>(
    '/settings/:name',
    { schema: { params: oneSetting, body: settingBody, response: { 202: confirmationAsked } } },
    async (request, reply) => {
      const { name } = request.params;
      const { value } = request.body;
      const asked = { action: 'platformSetting', payload: { name, value } } as const;
      return confirmed(services, request, reply, asked, async () => {
        await moderation.setSetting(moderatorOf(request), { name, typed: value });
        return reply.code(204).send();
      });
    },
  );

  app.get<{ Querystring: PlatformAuditQuery }>(
    '/audit',
    { schema: { querystring: platformAuditQuery, response: { 200: platformAuditPage } } },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const [id] = readCursor(cursor, trailPlace) ?? [null];
      const before = id === null ? null : BigInt(id);
      const { items, next } = await desk.listTrail(moderatorOf(request), filter, { before, limit });
      return {
        items: items.map((line) => toAuditLine(request, line)),
        next: next === null ? null : writeCursor([String(next)]),
      };
    },
  );

  app.get('/audit/actors', { schema: { response: { 200: auditActors } } }, async (request) =>
    toActors(request, await desk.listTrailActors(moderatorOf(request))),
  );

  app.get('/health', { schema: { response: { 200: systemHealth } } }, async (request) => {
    const actor = moderatorOf(request);
    const [{ health, queues, failingBots, alerts }, days] = await Promise.all([
      platformHealth.read(actor),
      checkHistory.readDay(actor),
    ]);
    return {
      asOf: health.at.toISOString(),
      status: health.status,
      components: COMPONENT_NAMES.map((name) => {
        const { status, responseTimeMs } = health.components[name];
        const day = days.find(({ component }) => component === name);
        return {
          name,
          status,
          responseMs: responseTimeMs,
          uptime: day ? Math.floor(day.uptime * 10_000) / 10_000 : null,
          worstMs: day?.worstMs ?? null,
          changedAt: day?.changedAt?.toISOString() ?? null,
        };
      }),
      lateSeconds: health.lateSeconds === null ? null : Math.round(health.lateSeconds),
      queues: (queues ?? []).map(({ queue, jobs, lagSeconds }) => ({
        name: queue,
        waiting: Object.entries(jobs).reduce((sum, [of, n]) => (of === 'failed' ? sum : sum + n), 0),
        failed: jobs['failed'] ?? 0,
        lateSeconds: Math.round(lagSeconds),
      })),
      failingBots: failingBots.map(({ telegramBotId, username, owner, tokenDeadAt }) => ({
        id: String(telegramBotId),
        username,
        owner: { id: owner.id, name: owner.fullName },
        since: tokenDeadAt?.toISOString() ?? null,
      })),
      alerts: alerts.map(({ kind, saidAt, isOpen }) => ({ kind, at: saidAt.toISOString(), open: isOpen })),
    };
  });
}

function toSetting(name: SettingName, value: string | undefined): PlatformSetting {
  if (isDaysSetting(name)) return { name, kind: 'days', value: String(daysOf(value)) };
  if (isAmountSetting(name)) return { name, kind: 'amount', value: value ?? null };
  if (name === 'card') {
    return { name, kind: 'card', value: value === undefined ? null : maskCardNumber(value) };
  }
  return { name, kind: 'text', value: value ?? null };
}

/** Of people of a bot moderators are told nothing: neither their names nor their ids. */
function toAuditLine(request: FastifyRequest, line: TrailRecord): PlatformAuditLine {
  const [role = '', id = ''] = line.actor.split(':');
  const isPerson = role === 'end-user' || role === 'chat-admin';
  return {
    id: String(line.id),
    at: line.at.toISOString(),
    actor: toActor(request, { actor: line.actor, name: line.actorName }),
    action: line.action,
    target: line.target,
    text: [
      sayAudit(request, line),
      ...(line.botUsername === null ? [] : [`@${line.botUsername}`]),
      sayNamed(request, 'audit.actor', role, { id: isPerson || id.startsWith('-') ? '—' : id }),
    ].join(' · '),
    bot: line.botUsername,
  };
}
