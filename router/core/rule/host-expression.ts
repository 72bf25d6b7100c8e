/** Whether a canonical host is what a Host rule names. A dot behind either of them is read over. */
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

/** `*.example.com` stands for exactly one label more. */
const hasTail = (host: string, expression: string): boolean => {
  const dot = host.indexOf('.');
  return (dot < 0 ? '' : host.slice(dot)) === expression.slice(1);
};
