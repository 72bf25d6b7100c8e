/** Counts down an orderly shutdown and says how to skip it. */
export const countDown = async (
  work: Promise<void>,
  { seconds, print }: { readonly seconds: number; readonly print: (text: string) => void },
): Promise<void> => {
  let left = seconds;
  print(`closing sessions, for at most ${left} s; Ctrl-C again exits at once`);
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) print(`${left} s`);
  }, 1000);
  await work.finally(() => clearInterval(timer));
};
