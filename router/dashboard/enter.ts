import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** The base URL of a dashboard, with the cookie and the token that give access. */
export type Entered = { readonly base: string; readonly cookie: string; readonly token: string };

/** For programs: does what a browser does with the URL of a dashboard. */
export const enter = async (url: string): Promise<Entered> => {
  const [res] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  const page = await text(res);
  const [cookie = ''] = res.headers['set-cookie'] ?? [];
  const path = /; Path=([^;]+)/.exec(cookie)?.[1];
  if (path === undefined) throw new Error(`${new URL(url).origin} answers ${res.statusCode}, and cannot be opened`);
  return {
    base: new URL(path, url).href,
    cookie: cookie.split(';', 1)[0]!,
    token: /name="mooring-token" content="([\w-]+)"/.exec(page)?.[1] ?? '',
  };
};
