import {
  isInitializeRequest,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';

export const supportedVersions: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;

/** Since this version clients accept an event without data as a position to resume from; older ones fail on it. */
export const PRIMING_SINCE = '2025-11-25';

/** How long a client that lost a stream should wait before it resumes. */
export const RETRY_MS = 1000;

export type Introduction = {
  /** `name/version`. */
  readonly client: string;
  /** The version that both sides will use, chosen as in the SDK. */
  readonly protocol: string;
};

/** undefined if the SDK would not accept this as an initialize request. */
export const introductionOf = (message: unknown): Introduction | undefined => {
  if (!isInitializeRequest(message)) return undefined;
  const { clientInfo, protocolVersion } = message.params;
  return {
    client: `${clientInfo.name}/${clientInfo.version}`,
    protocol: supportedVersions.includes(protocolVersion) ? protocolVersion : LATEST_PROTOCOL_VERSION,
  };
};
