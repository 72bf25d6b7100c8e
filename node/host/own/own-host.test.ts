import { createServer } from '../../example/server.ts';
import { hostContract } from '../test-contract.ts';

hostContract({ name: 'the server in the process', resume: 'node', options: async () => ({ createServer }) });
