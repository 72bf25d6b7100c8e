import type { BrowserFacts } from '../facts.ts';
import { type Bench, Session } from '../session.ts';

/** Reserved names that belong to nobody. */
const FOREIGN = 'mooring-doctor.invalid';

/** What a page of an allowed origin can read, and what a foreign page gets. */
export const askAsBrowser = async (bench: Bench, origin: string): Promise<BrowserFacts> => {
  const { client, target } = bench;
  const opened = await Session.open(bench, { keepsCookies: true, headers: { origin } });
  const preflight = await client.ask({
    method: 'OPTIONS',
    path: target.path,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,mcp-protocol-version,mcp-session-id,mcp-method,mcp-name',
    },
  });
  const foreignOrigin = await Session.open(bench, { keepsCookies: true, headers: { origin: `http://${FOREIGN}` } });
  const foreignHost = await Session.open(bench, { keepsCookies: true, headers: { host: FOREIGN } });
  return {
    origin,
    opened: opened.opened,
    preflight,
    foreignOrigin: foreignOrigin.opened,
    foreignHost: foreignHost.opened,
  };
};
