import { isInitializeRequest, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';

export const supportedVersions: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;

/** Clients from this version on read an event without data as a place to resume from; older ones fail on it. */
export const PRIMING_SINCE = '2025-11-25';

/** `name/version` of the client; undefined when this is no initialize request that the SDK would take. */
export const clientOf = (message: unknown): string | undefined => {
  if (!isInitializeRequest(message)) return undefined;
  const { name, version } = message.params.clientInfo;
  return `${name}/${version}`;
};
