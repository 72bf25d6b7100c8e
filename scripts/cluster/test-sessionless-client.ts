/** The unmodified client of SDK v2, with the tasks extension. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';

export const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
/** For results that the SDK does not know. */
export const ANY = z.looseObject({});

export const connect = async (t: TestContext, { mcp }: Cluster): Promise<Client> => {
  const client = new Client(
    { name: 'modern', version: '2' },
    { versionNegotiation: { mode: 'auto' }, capabilities: TASKS },
  );
  t.after(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp)));
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  return client;
};

/** The node that an id names. */
export const nodeOf = (id: string): string => id.split('.')[0]!;
