import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { GetPromptResult, PromptMessage } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { image, text, textResource } from './samples.ts';

const WORDS = ['hello', 'test', 'testValue1', 'testValue2', 'world'];
export const completeWord = (begun: string): string[] => WORDS.filter((word) => word.startsWith(begun));

const TWO_ARGUMENTS = {
  description: 'Uses both of its arguments.',
  argsSchema: {
    arg1: completable(z.string().describe('First test argument'), completeWord),
    arg2: completable(z.string().describe('Second test argument'), completeWord),
  },
};
const ONE_RESOURCE = { description: 'Embeds a resource.', argsSchema: { resourceUri: z.string().describe('Its URI') } };

const user = (...contents: PromptMessage['content'][]): GetPromptResult => ({
  messages: contents.map((content) => ({ role: 'user', content })),
});

export const addPrompts = (server: McpServer): void => {
  server.registerPrompt('test_simple_prompt', { description: 'Has no arguments.' }, () =>
    user(text('This is a simple prompt for testing.')),
  );
  server.registerPrompt('test_prompt_with_arguments', TWO_ARGUMENTS, ({ arg1, arg2 }) =>
    user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt('test_prompt_with_embedded_resource', ONE_RESOURCE, ({ resourceUri }) =>
    user(
      textResource(resourceUri, 'Embedded resource content for testing.'),
      text('Please process the embedded resource above.'),
    ),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Shows an image.' }, () =>
    user(image, text('Please analyze the image above.')),
  );
};
