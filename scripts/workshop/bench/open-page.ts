import { get } from 'node:http';
import { enter } from '../../../router/dashboard/enter.ts';

/** Reads the dashboard's stream as a page does. Ends with the dashboard, or when the returned function is called. */
export const openPage = async (dashboard: string): Promise<() => void> => {
  const { base, cookie } = await enter(dashboard);
  return new Promise((resolve, reject) => {
    const asked = get(`${base}api/stream`, { agent: false, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${base} answers ${response.statusCode}`));
      response.on('error', () => undefined).resume();
      resolve(() => asked.destroy());
    });
    asked.on('error', reject);
  });
};
