/** A host that the node accepts; with a port only if no other port is accepted. */
type AllowedHost = { readonly name: string; readonly port: string };

export type HostRules = { readonly hosts: readonly AllowedHost[]; readonly origins: readonly string[] };

export type HostVerdict = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly why: 'host' | 'origin' };

// Loopback names only: another site's name that resolves to 127.0.0.1 (DNS rebinding) is not accepted.
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** `hosts` as users write them: with or without a port, IPv6 with or without brackets. */
export const compileHostRules = (hosts: readonly string[], origins: readonly string[]): HostRules => ({
  hosts: [...LOOPBACK, ...hosts].map(parseHost).filter((host) => host !== undefined),
  origins: origins.map((origin) => origin.toLowerCase()),
});

/** Browsers send Origin, other clients need not; Host is always there. */
export const checkHost = (rules: HostRules, host: string | undefined, origin: string | undefined): HostVerdict => {
  if (!isAllowed(rules.hosts, host)) return { kind: 'refused', why: 'host' };
  if (origin !== undefined && !isAllowedOrigin(rules, origin)) return { kind: 'refused', why: 'origin' };
  return { kind: 'allowed' };
};

const isAllowedOrigin = (rules: HostRules, origin: string): boolean => {
  if (rules.origins.includes(origin.toLowerCase())) return true;
  const [, host] = /^https?:\/\/([^/?#@]+)$/i.exec(origin) ?? [];
  return isAllowed(rules.hosts, host);
};

const isAllowed = (hosts: readonly AllowedHost[], text: string | undefined): boolean => {
  const host = text === undefined ? undefined : parseHost(text);
  return (
    host !== undefined && hosts.some(({ name, port }) => name === host.name && (port === '' || port === host.port))
  );
};

const parseHost = (text: string): AllowedHost | undefined => {
  const bare = /^[0-9a-f:.]+:[0-9a-f:.]*:/i.test(text) ? `[${text}]` : text;
  const [, name, port = ''] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/i.exec(bare) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), port };
};
