/**
 * A command for /bin/sh that runs a program as its child and reads our pipe: when the pipe closes, by whatever end of
 * this process, kill -9 too, the program is ended, even one that is stopped by a signal. The first line it prints is
 * `pid N`; what a shell says of killed children is left out. Spawned detached it has a group of its own, so Ctrl-C
 * reaches us first and the program can end in order.
 */
export const END_WITH_PARENT =
  'exec 3<&0; "$0" "$@" </dev/null 3<&- & p=$!; echo "pid $p"; (cat <&3 >/dev/null; kill -9 $p) 2>/dev/null & { wait $p; } 2>/dev/null';
