import { noTraefik } from '../../shared/traefik-binary.ts';
import { holdsContract } from './test-contract.ts';

holdsContract('traefik', noTraefik());
