import { get } from 'node:http';

/** Reads what the dashboard tells a page, as a page does; ends with the dashboard, or when the function is called. */
export const openPage = async (dashboard: string): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const asked = get(`${dashboard}/api/stream`, { agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${dashboard} answers ${response.statusCode}`));
      response.on('error', () => undefined).resume();
      resolve(() => asked.destroy());
    });
    asked.on('error', reject);
  });
