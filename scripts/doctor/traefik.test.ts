import { findTraefik, TRAEFIK_VERSION } from '../../shared/traefik-binary.ts';
import { holdsContract } from './test-contract.ts';

holdsContract('traefik', findTraefik() === undefined && `no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`);
