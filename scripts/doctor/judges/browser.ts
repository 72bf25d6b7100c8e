/** Are the allowed origins let in, and all others refused? */
import { type Found, foundIn } from '../../../shared/found.ts';
import type { Facts } from '../facts.ts';
import { type Finding, goodFinding } from '../finding.ts';
import { headerOf, isOk, outcome, type Reply } from '../reply.ts';
import { stickyCookie } from './cookie.ts';

export const judgeBrowser = (facts: Facts): Found<Finding> => [judgeGuards(facts), judgeCors(facts)];

const HOSTS = {
  topology: 'hosts: the public names, so that the proxy routes no others',
  traefik: 'Host(`mcp.example.com`) in every rule',
};

const judgeGuards = ({ target, browser }: Facts): Found<Finding> => {
  const found: Finding[] = [];
  if (isOk(browser.foreignOrigin))
    found.push({
      id: 'origin-unchecked',
      severity: 'problem',
      seen: `a page of another site (Origin: http://mooring-doctor.invalid) is answered ${outcome(browser.foreignOrigin)}`,
      why: 'any page that a user opens can call its tools (DNS rebinding); MCP requires this check',
      fix: { node: '403 for an Origin that is not yours: --origins and --public-hosts of a node' },
    });
  if (isOk(browser.foreignHost))
    found.push({
      id: 'host-unchecked',
      // Over TLS the certificate protects the name: a rebound name would fail.
      severity: target.loopback && !target.secure ? 'problem' : 'warning',
      seen: `a request for another host (Host: mooring-doctor.invalid) is answered ${outcome(browser.foreignHost)}`,
      why: 'another site can reach it by a name that resolves to this address (DNS rebinding)',
      fix: { ...HOSTS, node: '403 for a Host that is not yours: --public-hosts of a node' },
    });
  if (found.length > 0) return found;
  return goodFinding({
    id: 'guards',
    seen: `another Origin is answered ${outcome(browser.foreignOrigin)}, another Host ${outcome(browser.foreignHost)}`,
    why: 'pages of other sites cannot use it',
  });
};

const judgeCors = (facts: Facts): Found<Finding> => {
  const { origin, opened, preflight } = facts.browser;
  const allowed = headerOf(opened, 'access-control-allow-origin');
  if (!isOk(opened) || allowed === undefined) return notForPages(origin, opened);
  const findings = foundIn([exposes(facts), credentials(facts), preflightAllows(preflight)]);
  if (findings.length > 0) return findings;
  return goodFinding({
    id: 'cors',
    seen: `a page of ${origin} may read Mcp-Session-Id`,
    why: 'clients in browsers can keep their session',
  });
};

const notForPages = (origin: string, opened: Reply): Finding => ({
  id: 'no-cors',
  severity: 'note',
  seen: `a page of ${origin} is answered ${outcome(opened)}${isOk(opened) ? ', without Access-Control-Allow-Origin' : ''}`,
  why: 'clients in browsers do not work; all others do',
  fix: {
    topology: 'cors.origins: [https://app.example.com]',
    node: '--origins; to test another origin, use --origin here',
  },
});

const exposes = ({ browser: { opened }, withCookies }: Facts): Found<Finding> => {
  const exposed = (headerOf(opened, 'access-control-expose-headers') ?? '').toLowerCase();
  const credentialed = headerOf(opened, 'access-control-allow-credentials') === 'true';
  const names = exposed.split(',').map((name) => name.trim());
  if (withCookies === undefined || names.includes('mcp-session-id') || (names.includes('*') && !credentialed))
    return undefined;
  return {
    id: 'session-id-hidden',
    severity: 'problem',
    seen: `Access-Control-Expose-Headers is ${exposed === '' ? 'missing' : JSON.stringify(exposed)}`,
    why: 'a client in a browser cannot read Mcp-Session-Id, so each of its requests is without a session',
    fix: {
      topology: 'cors.origins, then npm run generate',
      traefik: 'headers.accessControlExposeHeaders: [Mcp-Session-Id]',
      node: 'Access-Control-Expose-Headers: Mcp-Session-Id',
    },
  };
};

const credentials = (facts: Facts): Found<Finding> => {
  if (
    stickyCookie(facts) === undefined ||
    headerOf(facts.browser.opened, 'access-control-allow-credentials') === 'true'
  )
    return undefined;
  return {
    id: 'cors-without-cookies',
    severity: 'warning',
    seen: 'Access-Control-Allow-Credentials is not true',
    why: 'browsers keep and send the sticky cookie only with it',
    fix: { topology: 'cors.origins, then npm run generate', traefik: 'headers.accessControlAllowCredentials: true' },
  };
};

const NEEDED = ['content-type', 'mcp-protocol-version', 'mcp-session-id'];
/** Every request of protocol 2026-07-28 has the first, and most have the second. */
const NEEDED_WITHOUT_SESSIONS = ['mcp-method', 'mcp-name'];

const preflightAllows = (preflight: Reply): Found<Finding> => {
  const listed = headerOf(preflight, 'access-control-allow-headers') ?? '';
  const names = listed.split(',').map((name) => name.trim().toLowerCase());
  const lacking = (wanted: readonly string[]) => wanted.filter((name) => !names.includes('*') && !names.includes(name));
  const missing = lacking(NEEDED);
  const later = lacking(NEEDED_WITHOUT_SESSIONS);
  if (isOk(preflight) && missing.length === 0) return later.length === 0 ? undefined : notForNewClients(later);
  return {
    id: 'preflight',
    severity: 'problem',
    seen: isOk(preflight)
      ? `a preflight does not allow ${missing.join(', ')}`
      : `a preflight (OPTIONS) is answered ${outcome(preflight)}`,
    why: 'browsers ask first, and send nothing without permission',
    fix: {
      topology: 'cors.origins, then npm run generate',
      traefik:
        'headers.accessControlAllowHeaders: [Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, Mcp-Method, Mcp-Name]',
      node: 'answer OPTIONS, with Access-Control-Allow-Headers',
    },
  };
};

const notForNewClients = (missing: readonly string[]): Finding => ({
  id: 'preflight-2026-07-28',
  severity: 'warning',
  seen: `a preflight does not allow ${missing.join(', ')}`,
  why: 'a page whose client speaks protocol 2026-07-28 fails at its first request (Failed to fetch)',
  fix: {
    topology: 'npm run generate, and deploy the files',
    traefik: 'headers.accessControlAllowHeaders: Mcp-Method, Mcp-Name and Mcp-Param-Handle as well',
    node: 'Access-Control-Allow-Headers: Mcp-Method, Mcp-Name, Mcp-Param-Handle',
  },
});
