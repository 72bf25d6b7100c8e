import {
  isInitializeRequest,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';

export const supportedVersions: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;

/** Clients from this version on read an event without data as a place to resume from; older ones fail on it. */
export const PRIMING_SINCE = '2025-11-25';

/** What a client that lost a stream should wait before it asks for the rest. */
export const RETRY_MS = 1000;

export type Introduction = {
  /** `name/version`. */
  readonly client: string;
  /** That both sides will speak, as the SDK chooses it. */
  readonly protocol: string;
};

/** undefined when this is no initialize request that the SDK would take. */
export const introductionOf = (message: unknown): Introduction | undefined => {
  if (!isInitializeRequest(message)) return undefined;
  const { clientInfo, protocolVersion } = message.params;
  return {
    client: `${clientInfo.name}/${clientInfo.version}`,
    protocol: supportedVersions.includes(protocolVersion) ? protocolVersion : LATEST_PROTOCOL_VERSION,
  };
};
