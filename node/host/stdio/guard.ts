/**
 * A command for /bin/sh that runs a program on its own pipes. It ends the program and all its descendants once the
 * other end of descriptor 3 closes: because the session ends, or because the node is gone, even by kill -9. Two seconds
 * after that all get SIGTERM, two seconds later SIGKILL. Descendants are known by their group (so it is spawned
 * detached), by their parents and, on Linux, by a mark in the environment: a browser has its own group, and its parent
 * may have died before we looked. The program's exit code is written to descriptor 3; when the shell itself ends, no
 * process is left. The program ignores SIGINT and SIGQUIT, as every background process of a shell does.
 */
export const GUARD = `
mark=$1
shift
exec 4<&0 5>&1 6>&2 </dev/null >/dev/null 2>&1
(unset PWD OLDPWD SHLVL; export MOORING_CHILD="$mark"; exec "$@") <&4 >&5 2>&6 3>&- 4<&- 5>&- 6>&- &
program=$!
trap "" HUP INT TERM PIPE
exec 4<&- 5>&- 6>&-

# Each a line: its number, its parent's, its group's, and when it began, for numbers are used again.
processes() {
  if [ -r /proc/self/stat ]; then
    for folder in /proc/[0-9]*; do
      read -r line <"$folder/stat" || continue
      set -- \${line##*) }
      [ "$1" = Z ] || echo "\${folder#/proc/} $2 $3 \${20}"
    done
  else
    ps -A -o pid= -o ppid= -o pgid= -o stat= | while read -r pid parent group state; do
      case $state in Z*) ;; *) echo "$pid $parent $group 0" ;; esac
    done
  fi
}

look() {
  marked=" "
  for file in $(grep -l "MOORING_CHILD=$mark" /proc/[0-9]*/environ); do
    file=\${file#/proc/}
    marked="$marked\${file%/environ} "
  done
  all=$(processes)
  more=1
  while [ "$more" ]; do
    more=
    live=
    while read -r pid parent group start; do
      [ "$pid" = "$$" ] || [ "$pid" = "$me" ] || [ "$parent" = "$me" ] && continue
      case "$known" in
        *" $pid:$start "*) live="$live $pid" ;;
        *" $parent:"*) known="$known$pid:$start " more=1 ;;
        *) case "$group $marked" in "$$ "*|*" $pid "*) known="$known$pid:$start " more=1 ;; esac ;;
      esac
    done <<EOF
$all
EOF
  done
}

alive() {
  for pid in $live; do kill -0 "$pid" && return 0; done
  return 1
}

patience() {
  rounds=20
  while alive && [ $rounds -gt 0 ]; do
    sleep 0.1 || sleep 1
    rounds=$((rounds - 1))
  done
  look
}

guard() {
  while read -r _; do :; done
  PATH=$PATH:/usr/bin:/bin
  me=$(exec sh -c 'echo "$PPID"')
  known=" "
  look
  patience
  [ "$live" ] && kill -TERM $live && patience
  tries=50
  while [ "$live" ] && [ $tries -gt 0 ]; do
    kill -KILL $live
    patience
    tries=$((tries - 1))
  done
}

guard <&3 3>&- &
guard=$!
wait $program
echo "$?" >&3
exec 3>&-
wait $guard
`;
