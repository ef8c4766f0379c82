import type { ChatInviteLink, Update } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Sandbox,
  type SandboxBot,
  type SandboxChat,
  type SandboxPerson,
  startSandbox,
} from '../../../sandbox/sandbox.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';

let now: Date;
let sandbox: Sandbox;
let bot: SandboxBot;
let api: BotApiClient;
let owner: SandboxPerson;
let buyer: SandboxPerson;
let channel: SandboxChat;

beforeEach(async () => {
  now = new Date('2027-01-31T09:00:00Z');
  sandbox = await startSandbox({ now: () => now });
  bot = sandbox.newBot({ username: 'shop_bot', name: 'Shop' });
  api = new BotApiClient(sandbox, bot.token);
  owner = sandbox.newPerson({ firstName: 'Nodira', username: 'nodira' });
  buyer = sandbox.newPerson({ firstName: 'Bek' });
  await api.get('getUpdates', {
    allowed_updates: ['message', 'callback_query', 'my_chat_member', 'chat_member'],
  });
  channel = owner.createsChannel('Vip');
  await owner.adds(bot, channel);
});
afterEach(() => sandbox.close());

/** Who became what, by whom, as the bot is told. */
async function memberNews(client = api): Promise<string[]> {
  const changes = (await client.updates()).flatMap(
    ({ chat_member, my_chat_member }) => chat_member ?? my_chat_member ?? [],
  );
  return changes.map(({ from, old_chat_member: before, new_chat_member: after }) =>
    [from.first_name, after.user.first_name, before.status, after.status].join(' '),
  );
}

const newLink = (more: object = {}): Promise<ChatInviteLink> =>
  api.get<ChatInviteLink>('createChatInviteLink', { chat_id: channel.id, ...more });

const kick = (person: SandboxPerson, more: object = {}): Promise<string> =>
  api.hear('unbanChatMember', { chat_id: channel.id, user_id: person.id, ...more });

const ban = (person: SandboxPerson): Promise<string> =>
  api.hear('banChatMember', { chat_id: channel.id, user_id: person.id });

describe('invite links', () => {
  it('let in as many as are present, so a one-use link works again once its user left', async () => {
    const { invite_link } = await newLink({ member_limit: 1 });
    const other = sandbox.newPerson({ firstName: 'Other' });
    expect(await buyer.joins(invite_link)).toEqual({ ok: true, chat: channel });
    expect(await other.joins(invite_link)).toEqual({ ok: false, reason: 'full' });
    expect(channel.links[0]?.usedBy).toEqual([buyer]);
    await buyer.leaves(channel);
    expect(await other.joins(invite_link)).toMatchObject({ ok: true });
  });

  it('end with their date', async () => {
    const { invite_link } = await newLink({ expire_date: Math.floor(now.getTime() / 1_000) + 3_600 });
    now = new Date(now.getTime() + HOUR_MS);
    expect(await buyer.joins(invite_link)).toEqual({ ok: false, reason: 'expired' });
  });

  it('end when they are revoked, which works once', async () => {
    const { invite_link } = await newLink();
    const params = { chat_id: channel.id, invite_link };
    expect(await api.get('revokeChatInviteLink', params)).toMatchObject({ is_revoked: true });
    expect(await buyer.joins(invite_link)).toEqual({ ok: false, reason: 'revoked' });
    expect(await api.hear('revokeChatInviteLink', params)).toBe('Bad Request: INVITE_HASH_EXPIRED');
    expect(await api.hear('editChatInviteLink', params)).toBe('Bad Request: INVITE_HASH_EXPIRED');
  });

  it('are known to nobody else’s bot, and shown to it only in part', async () => {
    const other = sandbox.newBot({ username: 'other_bot', name: 'Other' });
    const otherApi = new BotApiClient(sandbox, other.token);
    await otherApi.get('getUpdates', { allowed_updates: ['chat_member'] });
    await owner.adds(other, channel);
    const { invite_link } = await newLink();
    const foreign = await otherApi.hear('revokeChatInviteLink', { chat_id: channel.id, invite_link });
    expect(foreign).toBe('Bad Request: INVITE_HASH_EXPIRED');
    await buyer.joins(invite_link);
    const linkSeenBy = async (client: BotApiClient): Promise<string | undefined> =>
      (await client.updates()).at(-1)?.chat_member?.invite_link?.invite_link;
    expect(await linkSeenBy(api)).toBe(invite_link);
    expect(await linkSeenBy(otherApi)).toMatch(/^https:\/\/t\.me\/\+.{8}…$/);
  });

  it('need the right to invite', async () => {
    await owner.demotes(bot, channel, ['can_invite_users']);
    await expect(newLink()).rejects.toThrow('Bad Request: not enough rights to manage chat invite link');
  });

  it('have one primary among them, which a new one replaces', async () => {
    const first = await api.get<string>('exportChatInviteLink', { chat_id: channel.id });
    const second = await api.get<string>('exportChatInviteLink', { chat_id: channel.id });
    expect(channel.links.map(({ link, revoked }) => [link, revoked])).toEqual([
      [first, true],
      [second, false],
    ]);
  });
});

describe('membership', () => {
  beforeEach(() => owner.letsIn(buyer, channel));

  it('ends without a ban when a present member is unbanned, by way of a short ban', async () => {
    expect(await kick(buyer)).toBe('ok');
    expect([channel.has(buyer), channel.isBanned(buyer)]).toEqual([false, false]);
    expect((await memberNews()).slice(-2)).toEqual(['Shop Bek member kicked', 'Shop Bek kicked left']);
  });

  it('stays when only a ban was to be lifted and there is none', async () => {
    expect(await kick(buyer, { only_if_banned: true })).toBe('ok');
    expect(channel.has(buyer)).toBe(true);
  });

  it('cannot be had by link while banned', async () => {
    const { invite_link } = await newLink();
    await ban(buyer);
    expect(await buyer.joins(invite_link)).toEqual({ ok: false, reason: 'banned' });
    await kick(buyer, { only_if_banned: true });
    expect(await buyer.joins(invite_link)).toMatchObject({ ok: true });
  });

  it('is not a bot’s to end for administrators, the owner, or without the right', async () => {
    expect(await ban(owner)).toBe("Bad Request: can't remove chat owner");
    await owner.promotes(buyer, channel, []);
    expect(await ban(buyer)).toBe('Bad Request: user is an administrator of the chat');
    expect(await kick(buyer)).toBe('Bad Request: user is an administrator of the chat');
    await owner.demotes(buyer, channel);
    await owner.demotes(bot, channel, ['can_restrict_members']);
    expect(await ban(buyer)).toBe('Bad Request: not enough rights to restrict/unrestrict chat member');
  });

  it('is told as it is', async () => {
    const statusOf = async (id: number): Promise<unknown> =>
      (await api.get<{ status: string }>('getChatMember', { chat_id: channel.id, user_id: id })).status;
    const stranger = sandbox.newPerson({ firstName: 'Stranger' });
    expect(await statusOf(owner.id)).toBe('creator');
    expect(await statusOf(buyer.id)).toBe('member');
    expect(await statusOf(stranger.id)).toBe('left');
    expect(await api.get('getChatMember', { chat_id: channel.id, user_id: bot.id })).toMatchObject({
      status: 'administrator',
      can_invite_users: true,
      can_restrict_members: true,
      can_promote_members: false,
    });
    expect(await api.get('getChatMemberCount', { chat_id: channel.id })).toBe(3);
  });

  it('changes by hand are told with the name of who did it', async () => {
    await owner.removes(buyer, channel);
    await owner.bans(buyer, channel);
    expect((await memberNews()).slice(-2)).toEqual(['Nodira Bek member left', 'Nodira Bek left kicked']);
  });

  it('of others is told only to administrators that asked for it by name', async () => {
    const other = sandbox.newBot({ username: 'other_bot', name: 'Other' });
    const otherApi = new BotApiClient(sandbox, other.token);
    await owner.adds(other, channel);
    await buyer.leaves(channel);
    expect(await memberNews(otherApi)).toEqual(['Nodira Other left administrator']);
  });

  it('is managed only by those who run the chat', async () => {
    await expect(buyer.adds(bot, channel)).rejects.toThrow('Bek does not run Vip.');
  });
});

describe('a bot in a chat', () => {
  it('hears what it was made, and answers for where it is not', async () => {
    const chat_id = channel.id;
    await owner.demotes(bot, channel);
    expect(await api.hear('getChat', { chat_id })).toBe('Forbidden: bot is not a member of the channel chat');
    await owner.adds(bot, channel);
    await owner.removes(bot, channel);
    expect(await api.hear('getChat', { chat_id })).toBe('Forbidden: bot was kicked from the channel chat');
    expect(await memberNews()).toEqual([
      'Nodira Shop left administrator',
      'Nodira Shop administrator left',
      'Nodira Shop left administrator',
      'Nodira Shop administrator kicked',
    ]);
  });

  it('may leave', async () => {
    await api.get('leaveChat', { chat_id: channel.id });
    expect(channel.has(bot)).toBe(false);
  });

  it('finds a basic group under its new id once it is a supergroup', async () => {
    const group = owner.createsGroup('Club');
    await owner.adds(bot, group);
    const supergroup = await group.upgradesToSupergroup();
    const answer = await api.ask('getChat', { chat_id: group.id });
    expect(answer).toEqual({
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: supergroup.id },
    });
    const service = (await api.updates()).flatMap(({ message }) => message ?? []).slice(-2);
    expect(service).toMatchObject([
      { chat: { id: group.id, type: 'group' }, migrate_to_chat_id: supergroup.id },
      { chat: { id: supergroup.id, type: 'supergroup' }, migrate_from_chat_id: group.id },
    ]);
    expect(supergroup.members).toEqual([owner, bot]);
  });

  it('cannot let anybody go from a basic group by unbanning', async () => {
    const group = owner.createsGroup('Club');
    await owner.adds(bot, group);
    const error = await api.hear('unbanChatMember', { chat_id: group.id, user_id: buyer.id });
    expect(error).toBe('Bad Request: method is available for supergroup and channel chats only');
  });

  it('posts in a channel only with the right to', async () => {
    const params = { chat_id: channel.id, text: 'News' };
    expect(await api.hear('sendMessage', params)).toBe(
      'Bad Request: need administrator rights in the channel chat',
    );
    await owner.promotes(bot, channel, ['can_post_messages']);
    expect(await api.hear('sendMessage', params)).toBe('ok');
  });

  it('sees whether the chat is public', async () => {
    channel.setsUsername('vip');
    expect(await api.get('getChat', { chat_id: '@vip' })).toMatchObject({ id: channel.id, username: 'vip' });
  });

  it('hears as an administrator what is said in a group', async () => {
    const group = owner.createsGroup('Club', { supergroup: true });
    await owner.adds(bot, group);
    await owner.writesIn(group, 'salom');
    expect((await api.updates()).at(-1)?.message).toMatchObject({ text: 'salom', chat: { id: group.id } });
  });
});

describe('a person in private', () => {
  const chat_id = (): number => buyer.id;
  const keyboard = {
    inline_keyboard: [
      [
        { text: 'Buy', callback_data: 'plan:1' },
        { text: 'Site', url: 'https://example.org' },
        { text: 'Copy', copy_text: { text: '8600' } },
      ],
    ],
  };
  const lastUpdate = async (): Promise<Update | undefined> => (await api.updates()).at(-1);

  beforeEach(() => buyer.starts(bot));

  it('starts a bot with a command that it recognises, deep link and all', async () => {
    await buyer.starts(bot, { payload: 'tg' });
    expect((await lastUpdate())?.message).toMatchObject({
      text: '/start tg',
      entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      from: { id: buyer.id, is_bot: false },
    });
  });

  it('taps the newest button of that name', async () => {
    await api.send(chat_id(), 'old', { reply_markup: keyboard });
    const { message_id } = await api.send(chat_id(), 'new', { reply_markup: keyboard });
    await buyer.taps(bot, /^B/);
    expect((await lastUpdate())?.callback_query).toMatchObject({ data: 'plan:1', message: { message_id } });
  });

  it('is told what there is to tap, and what a tap would not do', async () => {
    await api.send(chat_id(), 'menu', { reply_markup: keyboard });
    await expect(buyer.taps(bot, 'Sell')).rejects.toThrow(
      'no button Sell of @shop_bot; there are "Buy", "Site", "Copy"',
    );
    await expect(buyer.taps(bot, 'Site')).rejects.toThrow('opens https://example.org');
    await expect(buyer.taps(bot, 'Copy')).rejects.toThrow('copies "8600"');
  });

  it('may send forged data, on a message that is gone too', async () => {
    const { message_id } = await api.send(chat_id(), 'menu', { reply_markup: keyboard });
    const message = buyer.chatWith(bot).last;
    await api.get('deleteMessage', { chat_id: chat_id(), message_id });
    await buyer.presses(bot, 'mod', message === undefined ? {} : { message });
    expect((await lastUpdate())?.callback_query).toMatchObject({
      data: 'mod',
      message: { message_id, date: 0 },
    });
  });

  it('sees the answer to a press, which can be given once', async () => {
    await api.send(chat_id(), 'menu', { reply_markup: keyboard });
    await buyer.taps(bot, 'Buy');
    const callback_query_id = (await lastUpdate())?.callback_query?.id;
    const answer = { callback_query_id, text: 'Too fast', show_alert: true };
    expect(await api.hear('answerCallbackQuery', answer)).toBe('ok');
    expect(await api.hear('answerCallbackQuery', answer)).toMatch(/^Bad Request: query is too old/);
    expect(buyer.answers(bot)).toEqual([{ text: 'Too fast', alert: true }]);
  });

  it('answers with a button under the input field until it is taken away', async () => {
    await api.send(chat_id(), 'Which?', { reply_markup: { keyboard: [[{ text: 'Yes' }]] } });
    expect(buyer.chatWith(bot).keyboard).toEqual([['Yes']]);
    await buyer.taps(bot, 'Yes');
    expect((await lastUpdate())?.message?.text).toBe('Yes');
    await api.send(chat_id(), 'Thanks', { reply_markup: { remove_keyboard: true } });
    await expect(buyer.taps(bot, 'Yes')).rejects.toThrow('none at all');
  });

  it('shares a chat that fits what the button asks for', async () => {
    const request_chat = { request_id: 7, chat_is_channel: true, bot_is_member: true, request_title: true };
    const ask = { reply_markup: { keyboard: [[{ text: 'Pick', request_chat }]] } };
    await owner.starts(bot);
    await api.send(owner.id, 'Which?', ask);
    await owner.taps(bot, 'Pick', { chat: channel });
    const shared = { request_id: 7, chat_id: channel.id, title: 'Vip' };
    expect((await lastUpdate())?.message?.chat_shared).toEqual(shared);
    const group = owner.createsGroup('Club');
    await expect(owner.taps(bot, 'Pick', { chat: group })).rejects.toThrow('of the wrong kind');
  });

  it('forwards what BotFather wrote', async () => {
    await buyer.forwards(bot, 'Use this token: 1:a');
    expect((await lastUpdate())?.message?.forward_origin).toMatchObject({
      sender_user: { username: 'BotFather' },
    });
  });

  it('replies to a message', async () => {
    await api.send(chat_id(), 'question');
    const question = buyer.chatWith(bot).last;
    await buyer.sends(bot, 'answer', question === undefined ? {} : { replyTo: question });
    expect((await lastUpdate())?.message?.reply_to_message).toMatchObject({ text: 'question' });
  });

  it('sends every kind of thing', async () => {
    const seen = (await api.updates()).length;
    await buyer.sendsVideo(bot);
    await buyer.sendsVoice(bot);
    await buyer.sendsAudio(bot);
    await buyer.sendsAnimation(bot);
    await buyer.sendsVideoNote(bot);
    await buyer.sendsSticker(bot);
    await buyer.sendsLocation(bot);
    await buyer.sendsContact(bot);
    await buyer.sendsPhoto(bot, { caption: 'paid' });
    const kinds = (await api.updates()).slice(seen).map(({ message }) => Object.keys(message ?? {}).slice(4));
    expect(kinds).toEqual([
      ['video'],
      ['voice'],
      ['audio'],
      ['animation', 'document'],
      ['video_note'],
      ['sticker'],
      ['location'],
      ['contact'],
      ['photo', 'caption'],
    ]);
  });

  it('reads what comes later, and what was edited to be it', async () => {
    const reading = buyer.reads(bot, 'Approved');
    const { message_id } = await api.send(chat_id(), 'Waiting');
    await api.get('editMessageText', { chat_id: chat_id(), message_id, text: 'Approved!' });
    expect(await reading).toMatchObject({ id: message_id, text: 'Approved!', edited: true });
  });

  it('gives up reading with the last events at hand', async () => {
    await api.send(chat_id(), 'Waiting');
    const reading = buyer.reads(bot, 'Approved', { timeoutMs: 10 });
    await expect(reading).rejects.toThrow(
      /Bek to read Approved from @shop_bot \(the last message then: "Waiting"\)[\s\S]*@shop_bot called sendMessage: ok/,
    );
  });
});
