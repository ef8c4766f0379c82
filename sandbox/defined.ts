type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same fields without the undefined ones: Telegram leaves a field out where it has nothing to say. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Whole seconds since 1970, as the Bot API counts time. */
export function unixTime(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
