/**
 * Everything that Getolog tells somebody of its own accord, as data. The texts are made where it is sent,
 * in the language that the viewer has by then. Ids and amounts travel as strings, because a notice is stored as JSON.
 */
export type Notice =
  | { kind: 'newOwner'; ownerId: number }
  /** Telegram has refused it for a day. */
  | { kind: 'handedOver'; promiseId: string }
  | { kind: 'botReady'; botId: number }
  | { kind: 'botTokenDead'; botId: number }
  /** Its former owner's subscriptions end, and nobody may put their holders out. */
  | { kind: 'releasedMembersStay'; botId: number }
  | { kind: 'webhookTaken'; botId: number }
  /** Telegram does not deliver to this server; its own words for why. */
  | { kind: 'webhookRefused'; botId: number; reason: string }
  | { kind: 'newEndUser'; endUserId: number }
  /** They wrote to the owner of a bot who cannot be reached there. */
  | { kind: 'supportWaits'; endUserId: number }
  | { kind: 'chatConnected'; channelId: number }
  | { kind: 'chatWaitsForOwner'; channelId: number }
  /** A chat that is connected by the time of telling was refused by mistake. */
  | { kind: 'chatRefused'; botId: number; telegramChatId: string; title: string; reason: ChatRefusal }
  | { kind: 'chatDisconnected'; channelId: number }
  | { kind: 'chatLost'; channelId: number }
  | { kind: 'chatRightsMissing'; channelId: number }
  | { kind: 'chatRightsBack'; channelId: number }
  /** It got a username, or lost it. */
  | { kind: 'chatPublic'; channelId: number }
  | { kind: 'chatPrivate'; channelId: number }
  | { kind: 'paymentRejected'; paymentId: number }
  /** Its file can be shown in the seller bot only, where its owner is not. */
  | { kind: 'receiptOutOfReach'; paymentId: number }
  | { kind: 'endUserJoined'; subscriptionId: number }
  | { kind: 'endUserRemoved'; subscriptionId: number }
  | { kind: 'adminStays'; subscriptionId: number }
  | { kind: 'removedByHand'; subscriptionId: number }
  /** Another bot put them out of the chat. Their subscription goes on. */
  | { kind: 'removedByBot'; subscriptionId: number }
  /** The holder of this subscription added somebody who has none. */
  | { kind: 'friendAdded'; subscriptionId: number; telegramUserId: string }
  | { kind: 'friendPutOut'; subscriptionId: number }
  | { kind: 'accessTakenBack'; subscriptionId: number }
  | { kind: 'accessShortened'; subscriptionId: number }
  | { kind: 'accessEndedByOwner'; subscriptionId: number }
  | { kind: 'subscriptionEnded'; subscriptionId: number }
  /** The end that it warns of: another one by then makes the warning senseless. */
  | { kind: 'subscriptionEnds'; subscriptionId: number; expiresAt: string }
  | { kind: 'tariffApproved'; ownerId: number }
  | { kind: 'tariffRejected'; ownerId: number }
  | { kind: 'tariffEnded'; ownerId: number }
  | { kind: 'ownerBanned'; ownerId: number }
  | { kind: 'ownerUnbanned'; ownerId: number }
  | { kind: 'tariffEnds'; ownerId: number; expiresAt: string }
  | { kind: 'linkLeaked'; subscriptionId: number; telegramUserId: string };

export type ChatRefusal = 'public' | 'secondChannel' | 'secondGroup' | 'takenByAnotherBot';

/** Who reads it, and so through which bot: end users through the seller bot, everybody else through the main bot. */
export type NoticeRecipient =
  | { kind: 'owner'; ownerId: number }
  | { kind: 'moderator'; telegramUserId: string }
  | { kind: 'endUser'; endUserId: number };
