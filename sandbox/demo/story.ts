import { Click } from '../providers/click.ts';
import type { ClickMerchantApi } from '../providers/click-merchant-api.ts';
import { Payme } from '../providers/payme.ts';
import type { SandboxBot, SandboxChat } from '../sandbox.ts';
import { advertising } from './chapters/advertising.ts';
import { cheats } from './chapters/cheats.ts';
import { firstSale } from './chapters/first-sale.ts';
import { friends } from './chapters/friends.ts';
import { helper } from './chapters/helper.ts';
import { inStars } from './chapters/in-stars.ts';
import { leak } from './chapters/leak.ts';
import { news } from './chapters/news.ts';
import { opening } from './chapters/opening.ts';
import { providers } from './chapters/providers.ts';
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
  /** Whoever pays by Click, and brings a friend. */
  subscriber: Actor;
  channel: SandboxChat;
  group: SandboxChat;
  click: Click;
  payme: Payme;
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
  { title: 'Click and Payme instead of receipts', play: providers },
  { title: 'A friend brings a friend', play: friends },
  { title: 'An advertisement, and what came of it', play: advertising },
  { title: 'Stars, and a month that renews itself', play: inStars },
  { title: 'Somebody who helps', play: helper },
  { title: 'News for everybody', play: news },
  { title: 'What stands in the database', play: records },
];

/** @param server where it listens: what the owner pastes into the cabinets of Click and Payme begins so */
export function newCast(
  stage: Stage,
  {
    mainBot,
    moderator,
    server,
    clickApi,
  }: Pick<Cast, 'mainBot' | 'moderator'> & {
    server: string;
    clickApi: ClickMerchantApi;
  },
): Cast {
  const shop = stage.telegram.newBot({ username: 'aziz_club_bot', name: 'Aziz Club' });
  const click = new Click(
    {
      prepareUrl: () => `${server}/click/${shop.id}/prepare`,
      completeUrl: () => `${server}/click/${shop.id}/complete`,
      serviceId: '12345',
      merchantId: '6789',
      secret: 'S3CRET-of-Aziz',
      merchantUserId: '9876',
    },
    stage,
  );
  clickApi.serves(click);
  const owner = stage.newActor({ firstName: 'Aziz', username: 'aziz', languageCode: 'en' });
  return {
    mainBot,
    moderator,
    owner,
    member: stage.newActor({ firstName: 'Ольга', languageCode: 'ru' }),
    subscriber: stage.newActor({ firstName: 'Zafar', languageCode: 'uz' }),
    buyer: stage.newActor({ firstName: 'Bobur', username: 'bobur', languageCode: 'en' }),
    shop,
    click,
    payme: new Payme(
      {
        endpoint: () => `${server}/payme/${shop.id}`,
        cashboxId: '587f72c72cac0d162c722ae2',
        key: 'live-key-of-Aziz',
        testKey: 'test-key-of-Aziz',
      },
      stage,
    ),
    channel: owner.person.createsChannel('Aziz Club'),
    group: owner.person.createsGroup('Aziz Club chat', { supergroup: true }),
  };
}
