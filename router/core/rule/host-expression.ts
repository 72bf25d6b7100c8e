/** Whether a canonical host matches a Host rule. A trailing dot on either side is ignored. */
export const compileHost = (written: string): ((host: string) => boolean) => {
  const expression = written.toLowerCase();
  if (expression === '*') return () => true;
  const bare = expression.endsWith('.') ? expression.slice(0, -1) : expression;
  const fits = expression.startsWith('*') ? hasTail : (host: string, wanted: string): boolean => host === wanted;
  return (host) =>
    host !== '' &&
    (fits(host, expression) ||
      fits(host, bare) ||
      (host.charCodeAt(host.length - 1) === DOT && fits(host.slice(0, -1), expression)));
};

const DOT = 46;

/** `*` in `*.example.com` stands for exactly one label. */
const hasTail = (host: string, expression: string): boolean => {
  const dot = host.indexOf('.');
  return (dot < 0 ? '' : host.slice(dot)) === expression.slice(1);
};
