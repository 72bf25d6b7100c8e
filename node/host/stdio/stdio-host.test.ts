import { commandOf } from '../../../shared/program.ts';
import { hostContract } from '../test-contract.ts';
import { behindStdio } from './test-stdio.ts';

const server = commandOf('./test-server.ts', import.meta.url);

hostContract({ name: 'a program behind a pipe', resume: 'node', options: async () => behindStdio(server) });
