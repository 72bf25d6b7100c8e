import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ToolCallback,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { requestState } from '../../../../node/state/request-state.ts';
import { text } from './samples.ts';

type State = { readonly round: number };
export const confirmed = requestState<State>();

const NOTHING = z.object({});
const NAME = z.object({ name: z.string() });
const OK = z.object({ ok: z.boolean() });
const COLOR = z.object({ color: z.string() });
const CONTEXT = z.object({ context: z.string() });

const ask = (message: string, requestedSchema: typeof NAME | typeof OK | typeof COLOR | typeof CONTEXT) =>
  inputRequired.elicit({ message, requestedSchema });
const sample = (words: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: text(words) }], maxTokens });
const textResult = (words: string) => ({ content: [text(words)] });

/** Tools that ask the client, and get its answers with the next request. */
export const addInputTools = (server: McpServer, mint: RequestStateCodec<State>['mint']): void => {
  const add = (name: string, run: ToolCallback<typeof NOTHING>) =>
    server.registerTool(name, { description: 'Asks the client.', inputSchema: NOTHING }, run);
  const tool = (name: string, run: ToolCallback<typeof NOTHING>) => add(`test_input_required_result_${name}`, run);

  add('test_missing_capability', () => inputRequired({ inputRequests: { question: sample('Who are you?', 50) } }));
  add('test_streaming_elicitation', () => inputRequired({ inputRequests: { user_name: ask('Your name?', NAME) } }));

  tool('elicitation', (_, { mcpReq }) => {
    const user = acceptedContent(mcpReq.inputResponses, 'user_name', NAME);
    if (user) return textResult(`Hello, ${user.name}!`);
    return inputRequired({ inputRequests: { user_name: ask('What is your name?', NAME) } });
  });
  tool('sampling', (_, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    if (answer.kind === 'sampling') return textResult(JSON.stringify(answer));
    return inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?', 100) } });
  });
  tool('list_roots', (_, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    if (answer.kind === 'roots') return textResult(JSON.stringify(answer));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  for (const name of ['request_state', 'tampered_state'])
    tool(name, async (_, { mcpReq }) => {
      const state = mcpReq.requestState<State>();
      if (state !== undefined && acceptedContent(mcpReq.inputResponses, 'confirm', OK)) return textResult('state-ok');
      const inputRequests = { confirm: ask('Please confirm', OK) };
      return inputRequired({ inputRequests, requestState: await mint({ round: 1 }) });
    });
  tool('multiple_inputs', async (_, { mcpReq }) => {
    const all: InputRequests = {
      user_name: ask('What is your name?', NAME),
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    };
    const answers = mcpReq.inputResponses ?? {};
    if (Object.keys(all).every((name) => name in answers)) return textResult(`all there: ${JSON.stringify(answers)}`);
    return inputRequired({ inputRequests: all, requestState: await mint({ round: 1 }) });
  });
  tool('multi_round', async (_, { mcpReq }) => {
    const round = mcpReq.requestState<State>()?.round ?? 0;
    if (round >= 2 && acceptedContent(mcpReq.inputResponses, 'step2', COLOR)) return textResult('both steps are done');
    const first = acceptedContent(mcpReq.inputResponses, 'step1', NAME);
    if (round === 0 || (round === 1 && !first))
      return inputRequired({
        inputRequests: { step1: ask('Step 1: What is your name?', NAME) },
        requestState: await mint({ round: 1 }),
      });
    return inputRequired({
      inputRequests: { step2: ask('Step 2: What is your favorite color?', COLOR) },
      requestState: await mint({ round: 2 }),
    });
  });
  tool('capabilities', (_, { mcpReq }) => {
    const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined;
    const can = (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as { readonly [name: string]: unknown };
    return inputRequired({
      inputRequests: {
        ...(can.elicitation !== undefined && { user_name: ask('What is your name?', NAME) }),
        ...(can.sampling !== undefined && { greeting: sample('Generate a greeting', 50) }),
      },
    });
  });
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first.' }, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context', CONTEXT);
    if (answer) return { messages: [{ role: 'user', content: text(answer.context) }] };
    return inputRequired({ inputRequests: { user_context: ask('What context should the prompt use?', CONTEXT) } });
  });
};
