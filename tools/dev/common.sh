# What every part of ./dev uses: saying things, failing clearly, timing steps, never leaving half-made files.

say() { printf '%s\n' "$*"; }

die() {
  printf '\n./dev: %s\n' "$*" >&2
  exit 1
}

# Which database a command means: the one that DEV_DB names, else that of the last ./dev run, else 'revenue'.
DATABASES=$HOME_DIR/databases
DEV_DB=${DEV_DB:-$(tail -n 1 "$DATABASES" 2>/dev/null || true)}
[[ ${DEV_DB:-revenue} =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ ]] ||
  die "DEV_DB names a database: letters, digits, '_', '.' and '-' only, not '$DEV_DB'."

# Paths to remove when ./dev ends, however it ends: half-made downloads and folders.
SCRATCH=()
STEP_PID=
HAVE_LOCK=
cleanup() {
  local status=$? path
  trap - EXIT
  if [ -n "$STEP_PID" ]; then
    # The step runs as its own process group, so that its children end with it.
    kill -- "-$STEP_PID" 2>/dev/null || true
    wait "$STEP_PID" 2>/dev/null || true
  fi
  [ -z "$HAVE_LOCK" ] || remove_half_made
  if declare -F at_exit >/dev/null; then at_exit || true; fi
  for path in ${SCRATCH[@]+"${SCRATCH[@]}"}; do rm -rf -- "$path"; done
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What an interrupted or failed step leaves: folders that do not have their final name, or their mark of completeness.
remove_half_made() {
  rm -rf -- "$HOME_DIR/odoo.part" "$HOME_DIR/odoo.apt" "$HOME_DIR"/data/filestore/*.part
  [ -f "$HOME_DIR/venv/complete" ] || rm -rf -- "$HOME_DIR/venv"
  [ -f "$HOME_DIR/node/complete" ] || rm -rf -- "$HOME_DIR/node"
  [ -d "$HOME_DIR/postgres/data" ] || rm -rf -- "$HOME_DIR/postgres" "$HOME_DIR/postgres.pgpass"
}

# step "What it does" command...: runs it with its output in a log file, shows progress and the time it took.
# On failure it shows what the tool said last, says what failed, and names the log. The command runs in a subshell.
step() {
  local title=$1 log start now line interactive=
  shift
  mkdir -p "$HOME_DIR/log"
  log=$HOME_DIR/log/$(printf '%s' "$title" | tr -c 'A-Za-z0-9' '-' | cut -c1-48).log
  start=$SECONDS
  [ -t 1 ] && [ -z "${CI:-}" ] && interactive=1
  printf '  %s ' "$title"
  set -m
  ("$@") >"$log" 2>&1 </dev/null 9>&- &
  STEP_PID=$!
  set +m
  now=$SECONDS
  while kill -0 "$STEP_PID" 2>/dev/null; do
    sleep 0.2
    if [ -n "$interactive" ]; then
      line=$(tail -n 1 "$log" 2>/dev/null | tr '\r' '\n' | tail -n 1 | tr -d '\033' | cut -c1-60)
      printf '\r\033[K  %s (%s s) %s' "$title" $((SECONDS - start)) "$line"
    elif [ $((SECONDS - now)) -ge 10 ]; then
      now=$SECONDS
      printf '.'
    fi
  done
  if wait "$STEP_PID"; then
    STEP_PID=
    [ -z "$interactive" ] || printf '\r\033[K  %s ' "$title"
    printf 'done in %s s\n' $((SECONDS - start))
  else
    STEP_PID=
    printf 'failed after %s s\n' $((SECONDS - start))
    line=$(grep -a '^./dev: ' "$log" | tail -n 1) || true
    line=${line#./dev: }
    # What the tool said last is the reason; ours is only what that means here.
    { grep -av -e '^./dev: ' -e '^[[:space:]]*$' "$log" || true; } | tail -n 15 | sed 's/^/    /' >&2
    die "${line:-This step failed: $title.} The whole output is in ${log#"$REPO"/}."
  fi
}

# hash_of FILE...: one short fingerprint of the files' names, as they are called within the repository, and contents. Wherever the
# repository lies, the same files have the same one.
hash_of() { (cd "$REPO" && sha256sum -- "${@#"$REPO"/}") | sha256sum | cut -c1-12; }

# free_port: a TCP port of 127.0.0.1 on which nothing listens.
free_port() {
  "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Only one ./dev may set things up in this folder at a time; a second one waits and says so.
setup_lock() {
  mkdir -p "$HOME_DIR" || die "The folder $HOME_DIR cannot be made. Give another one with DEV_HOME=..."
  [ -w "$HOME_DIR" ] || die "The folder $HOME_DIR is not writable for $(id -un). Give another one with DEV_HOME=..."
  exec 9>"$HOME_DIR/lock"
  if ! flock -n 9; then
    say "Another ./dev is setting up in this folder; waiting for it."
    flock 9
  fi
  HAVE_LOCK=1
}
setup_unlock() {
  exec 9>&-
  HAVE_LOCK=
}

# need_disk GIB: refuses early, before anything is half-made.
need_disk() {
  local have
  have=$(df -Pk "$HOME_DIR" | awk 'NR == 2 {print int($4 / 1048576)}')
  [ "$have" -ge "$1" ] || die "Too little disk: $HOME_DIR has $have GiB free, and $1 GiB are needed. Free some, or name another folder with DEV_HOME=..."
}
