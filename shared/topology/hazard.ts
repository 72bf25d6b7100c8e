/**
 * Valid settings that will still cause trouble: `error` means that clients will lose their sessions or get no answer.
 */
export type Hazard = {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  /** Key path in the topology or the Traefik file, such as nodes[1].url. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
};
