import { findTraefik } from '../../shared/traefik-binary.ts';
import { holdsContract } from './test-contract.ts';

holdsContract(
  'traefik',
  findTraefik() === undefined ? 'no Traefik: name it in TRAEFIK_BIN, or put it on the PATH' : false,
);
