/** `TLSv1.3`, as OpenSSL says it, is `1.3` in Traefik's log and metrics. */
export const tlsVersionName = (version: string): string => {
  const number = version.replace(/^TLSv/, '');
  return number === '1' ? '1.0' : number;
};
