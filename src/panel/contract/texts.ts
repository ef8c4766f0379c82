import { z } from 'zod';
import { LANGUAGES } from '../../shared/languages.ts';

export const TEXT_KEYS = ['welcome', 'terms'] as const;

export const texts = z.array(
  z.strictObject({
    key: z.enum(TEXT_KEYS),
    /** Null: the default, in each reader's language. */
    value: z.string().nullable(),
    default: z.strictObject({ uz: z.string(), en: z.string(), ru: z.string() }),
    /** Characters that it may have. */
    max: z.int(),
  }),
);
export type Texts = z.infer<typeof texts>;

export const oneText = z.strictObject({ botId: z.string().optional(), key: z.enum(TEXT_KEYS) });
export type OneText = z.infer<typeof oneText>;

export const textBody = z.strictObject({ value: z.string().nullable() });
export type TextBody = z.infer<typeof textBody>;

export const previewBody = z.strictObject({
  language: z.enum(LANGUAGES),
  /** As they are being typed; what is absent is as it is stored, null the default. */
  texts: z.strictObject({
    welcome: z.string().nullable().optional(),
    terms: z.string().nullable().optional(),
  }),
});
export type PreviewBody = z.infer<typeof previewBody>;

/** A buyer's screens as Telegram shows them. */
export const preview = z.strictObject({
  screens: z.array(
    z.strictObject({
      name: z.enum(['welcome', 'plans', 'checkout', 'access', 'terms']),
      /** Telegram's own HTML. */
      html: z.string(),
      /** Rows of what stands on them. */
      buttons: z.array(z.array(z.string())),
    }),
  ),
});
export type Preview = z.infer<typeof preview>;
