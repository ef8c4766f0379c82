import type en from '../../locales/en.json';

type PluralForm = '_zero' | '_one' | '_two' | '_few' | '_many' | '_other';
type WithoutForm<K extends string> = K extends `${infer Base}${PluralForm}` ? Base : K;
type Keys<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? WithoutForm<`${Prefix}${K}`> : Keys<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Every text there is; one with plural forms counts once. */
export type LocaleKey = Keys<typeof en>;

/** What can be explained to the person who did it. */
export type ErrorCode = Keys<(typeof en)['errors']>;

/** What an owner is asked to help with. */
export type GivenOverMatter = Keys<(typeof en)['notice']['handedOver']>;
