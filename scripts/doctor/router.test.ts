import { holdsContract } from './test-contract.ts';

holdsContract('router', false);
