/** Counts the seconds of an orderly end down; whoever is in a hurry is told how. */
export const countDown = async (
  work: Promise<void>,
  { seconds, say }: { readonly seconds: number; readonly say: (text: string) => void },
): Promise<void> => {
  let left = seconds;
  say(`ending: sessions get their goodbye, ${left} s at most; Ctrl-C again ends at once`);
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) say(`${left} s`);
  }, 1000);
  await work.finally(() => clearInterval(timer));
};
