import type { SandboxBot, SandboxChat } from '../sandbox.ts';
import { cheats } from './chapters/cheats.ts';
import { firstSale } from './chapters/first-sale.ts';
import { leak } from './chapters/leak.ts';
import { opening } from './chapters/opening.ts';
import { putRight } from './chapters/put-right.ts';
import { records } from './chapters/records.ts';
import { renewal } from './chapters/renewal.ts';
import { secondThoughts } from './chapters/second-thoughts.ts';
import { setUp } from './chapters/set-up.ts';
import { timePasses } from './chapters/time-passes.ts';
import type { Actor, Stage } from './stage.ts';

/** Everybody and everything in the story. */
export interface Cast {
  mainBot: SandboxBot;
  shop: SandboxBot;
  moderator: Actor;
  owner: Actor;
  /** The first customer. */
  buyer: Actor;
  /** Whoever is in the group for a month. */
  member: Actor;
  channel: SandboxChat;
  group: SandboxChat;
}

interface Chapter {
  title: string;
  play(stage: Stage, cast: Cast): Promise<void>;
}

/** The story, in the order in which it is played. */
export const STORY: readonly Chapter[] = [
  { title: 'A token becomes a bot', play: opening },
  { title: 'A channel, a group, prices and a card', play: setUp },
  { title: 'The first sale', play: firstSale },
  { title: 'A rejected receipt, and a better one', play: secondThoughts },
  { title: 'A leaked link', play: leak },
  { title: 'A renewal', play: renewal },
  { title: 'A decision put right', play: putRight },
  { title: 'A month goes by', play: timePasses },
  { title: 'People who try', play: cheats },
  { title: 'What stands in the database', play: records },
];

export function newCast(stage: Stage, mainBot: SandboxBot, moderator: Actor): Cast {
  const owner = stage.newActor({ firstName: 'Aziz', username: 'aziz', languageCode: 'en' });
  return {
    mainBot,
    moderator,
    owner,
    member: stage.newActor({ firstName: 'Ольга', languageCode: 'ru' }),
    buyer: stage.newActor({ firstName: 'Bobur', username: 'bobur', languageCode: 'en' }),
    shop: stage.telegram.newBot({ username: 'aziz_club_bot', name: 'Aziz Club' }),
    channel: owner.person.createsChannel('Aziz Club'),
    group: owner.person.createsGroup('Aziz Club chat', { supergroup: true }),
  };
}
