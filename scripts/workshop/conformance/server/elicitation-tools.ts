import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ElicitRequestFormParams } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { text } from './samples.ts';

type RequestedSchema = ElicitRequestFormParams['requestedSchema'];

const USER: RequestedSchema = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  required: ['username', 'email'],
};

const DEFAULTS: RequestedSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const titled = (last: string) =>
  ['First', 'Second', 'Third'].map((ordinal, at) => ({ const: `value${at + 1}`, title: `${ordinal} ${last}` }));
const OPTIONS = ['option1', 'option2', 'option3'];

const ENUMS: RequestedSchema = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: OPTIONS },
    titledSingle: { type: 'string', oneOf: titled('Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
    titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
  },
};

const NOTHING = z.object({});
const MESSAGE = z.object({ message: z.string() });

export const addElicitationTools = (server: McpServer): void => {
  const plain = { description: 'Asks the user of the client.', inputSchema: MESSAGE };
  server.registerTool('test_elicitation', plain, async ({ message }, { requestId }) =>
    ask(server, { message, requestedSchema: USER, during: requestId, prefix: 'User response' }),
  );
  for (const [name, requestedSchema] of [
    ['test_elicitation_sep1034_defaults', DEFAULTS],
    ['test_elicitation_sep1330_enums', ENUMS],
  ] as const)
    server.registerTool(name, { description: 'Asks the user.', inputSchema: NOTHING }, (_, { requestId }) =>
      ask(server, { message: 'Please fill in', requestedSchema, during: requestId, prefix: 'Elicitation completed' }),
    );
};

type Question = {
  readonly message: string;
  readonly requestedSchema: RequestedSchema;
  readonly during: string | number;
  readonly prefix: string;
};

const ask = async ({ server }: McpServer, { message, requestedSchema, during, prefix }: Question) => {
  const { action, content } = await server.elicitInput({ message, requestedSchema }, { relatedRequestId: during });
  return { content: [text(`${prefix}: action=${action}, content=${JSON.stringify(content ?? {})}`)] };
};
