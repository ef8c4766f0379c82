import { createRequire } from 'node:module';
import type { Canvas } from '@napi-rs/canvas';
import type { ChartItem, Chart as ChartOf } from 'chart.js';

/** Bars over time, side by side, and a line above them with a scale of its own on the right. */
export interface TimeChart {
  title: string;
  labels: readonly string[];
  bars: readonly { name: string; values: readonly number[] }[];
  line: { name: string; values: readonly number[] };
  /** How numbers of both scales are written: a BCP 47 language. */
  language: string;
}

const WIDTH = 1000;
const HEIGHT = 560;
const BARS = ['#8ecae6', '#219ebc'];
const LINE = '#d62828';
const INK = '#333333';

/** One file for each script, so the family is a list: the second is asked for what the first lacks. */
const FONT_SCRIPTS = ['latin', 'latin-ext', 'cyrillic'] as const;
const FONT_FAMILY = FONT_SCRIPTS.map((script) => `Noto Sans ${script}`).join(', ');

type Tools = { createCanvas: (width: number, height: number) => Canvas; Chart: typeof ChartOf };

let tools: Promise<Tools> | undefined;

/** Some 30 MB, wanted a few times a day: loaded with the first picture. */
async function loadTools(): Promise<Tools> {
  const [{ createCanvas, GlobalFonts }, { Chart, registerables }] = await Promise.all([
    import('@napi-rs/canvas'),
    import('chart.js'),
  ]);
  Chart.register(...registerables);
  const { resolve } = createRequire(import.meta.url);
  for (const script of FONT_SCRIPTS) {
    const file = resolve(`@fontsource/noto-sans/files/noto-sans-${script}-400-normal.woff2`);
    GlobalFonts.registerFromPath(file, `Noto Sans ${script}`);
  }
  Chart.defaults.font.family = FONT_FAMILY;
  Chart.defaults.font.size = 16;
  Chart.defaults.color = INK;
  return { createCanvas, Chart };
}

/** Draws a PNG. */
export async function drawTimeChart(picture: TimeChart): Promise<Buffer> {
  tools ??= loadTools();
  const { createCanvas, Chart } = await tools;
  const canvas = createCanvas(WIDTH, HEIGHT);
  const numbers = new Intl.NumberFormat(picture.language, { notation: 'compact' });
  const ticks = { callback: (value: number | string) => numbers.format(Number(value)) };
  // Its types know the browser's canvas only; it draws on anything that has its context.
  const chart = new Chart(canvas as unknown as ChartItem, {
    data: {
      labels: [...picture.labels],
      datasets: [
        {
          type: 'line',
          label: picture.line.name,
          data: [...picture.line.values],
          yAxisID: 'line',
          borderColor: LINE,
          backgroundColor: LINE,
          pointRadius: 2,
        },
        ...picture.bars.map(({ name, values }, index) => ({
          type: 'bar' as const,
          label: name,
          data: [...values],
          yAxisID: 'bars',
          backgroundColor: BARS[index % BARS.length],
        })),
      ],
    },
    options: {
      animation: false,
      responsive: false,
      layout: { padding: 16 },
      plugins: {
        title: { display: true, text: picture.title, font: { size: 22, weight: 'normal' } },
        legend: { position: 'bottom' },
      },
      scales: {
        x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 16 } },
        bars: { position: 'left', beginAtZero: true, ticks },
        line: {
          position: 'right',
          beginAtZero: true,
          grid: { display: false },
          ticks: { ...ticks, precision: 0 },
        },
      },
    },
    plugins: [WHITE_PAPER],
  });
  const png = await canvas.encode('png');
  chart.destroy();
  return png;
}

/** Telegram shows what is transparent as black in its dark theme. */
const WHITE_PAPER = {
  id: 'white-paper',
  beforeDraw({ ctx, width, height }: ChartOf): void {
    ctx.save();
    ctx.fillStyle = 'white';
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
};
