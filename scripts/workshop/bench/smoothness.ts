import { launchBrowser, noBrowser } from '../../../router/dashboard/test-browser.ts';
import { quantile } from './report.ts';

/** Times between two frames, in milliseconds. */
export type Smoothness = {
  readonly framesPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
};

/** Undefined without a browser. */
export const measureSmoothness = async (dashboard: string, seconds: number): Promise<Smoothness | undefined> => {
  if (noBrowser) return undefined;
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(dashboard);
    await page.getByRole('article').first().waitFor();
    const frames = await page.evaluate<number[]>(watchFrames(seconds * 1000));
    return {
      framesPerSecond: frames.length / seconds,
      p50: quantile(frames, 0.5),
      p99: quantile(frames, 0.99),
      longest: quantile(frames, 1),
    };
  } finally {
    await browser.close();
  }
};

/** As text for the page: tsx adds references to itself to a compiled function. */
const watchFrames = (milliseconds: number): string => `new Promise((resolve) => {
  const between = [];
  let last;
  const frame = (at) => {
    if (last !== undefined) between.push(at - last);
    last = at;
    if (performance.now() < until) requestAnimationFrame(frame);
    else resolve(between);
  };
  const until = performance.now() + ${milliseconds};
  requestAnimationFrame(frame);
})`;
