import { createCanvas } from '@napi-rs/canvas';
import { SECOND_MS } from '../../src/shared/durations.ts';
import type { Stage } from '../demo/stage.ts';
import type { Cast } from '../demo/story.ts';

const NAMES = ['Dilshod', 'Madina', 'Руслан', 'Gulnora', 'Akmal', 'Светлана', 'Rustam', 'Zilola'] as const;
const LANGUAGES = ['uz', 'uz', 'ru', 'en'] as const;
const EVERY_MS = 20 * SECOND_MS;

let buyers = 0;

/** Somebody opens the shop, chooses a month, pays and sends the receipt, which waits for its owner then. */
export async function buys(
  { telegram, database }: Pick<Stage, 'telegram' | 'database'>,
  { shop, channel }: Cast,
) {
  const firstName = NAMES[buyers % NAMES.length] ?? 'Dilshod';
  const languageCode = LANGUAGES[buyers % LANGUAGES.length] ?? 'uz';
  buyers += 1;
  const buyer = telegram.newPerson({ firstName, username: `buyer_${buyers}`, languageCode });
  const plan = await database.plan.findFirstOrThrow({
    where: { channel: { telegramChatId: BigInt(channel.id) }, durationMonths: 1 },
  });
  await buyer.starts(shop);
  await buyer.presses(shop, `lang:${languageCode}`);
  await buyer.presses(shop, `plan:${plan.id}`);
  await buyer.taps(shop, /💳/);
  await buyer.sendsPhoto(shop, { bytes: drawReceipt(firstName, buyers) });
}

/** From now on somebody does, every 20 seconds. @returns ends it */
export function keepBuying(stage: Stage, cast: Cast, onFault: (error: unknown) => void): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    last = buys(stage, cast).catch(onFault);
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await last;
  };
}

/** What a bank's app shows after a transfer. */
function drawReceipt(name: string, number: number): Buffer {
  const canvas = createCanvas(720, 1280);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, 720, 1280);
  pen.fillStyle = '#16a34a';
  pen.fillRect(0, 0, 720, 220);
  pen.fillStyle = '#ffffff';
  pen.font = '64px sans-serif';
  pen.fillText('50 000 UZS', 60, 135);
  pen.fillStyle = '#111827';
  pen.font = '40px sans-serif';
  for (const [row, text] of ['8600 **** **** 9012', 'AZIZ AZIZOV', name, `№ ${100_000 + number}`].entries()) {
    pen.fillText(text, 60, 340 + row * 90);
  }
  return canvas.toBuffer('image/jpeg');
}
