# ./dev run, stop, shell, psql, log, clean.

SERVER_PID_FILE=$HOME_DIR/server.pid
SERVER_LOG=$HOME_DIR/log/server.log

server_pid() {
  local pid
  pid=$(cut -d' ' -f1 "$SERVER_PID_FILE" 2>/dev/null) || return 1
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -- "-c $HOME_DIR/odoo.conf" && printf '%s\n' "$pid"
}
server_port() { cut -d' ' -f2 "$SERVER_PID_FILE" 2>/dev/null; }
server_database() { cut -d' ' -f3 "$SERVER_PID_FILE" 2>/dev/null; }

stop_server() {
  local pid
  if pid=$(server_pid); then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      [ -d "/proc/$pid" ] || break
      sleep 0.1
    done
    if [ -d "/proc/$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
    say "Stopped the server."
  fi
  rm -f "$SERVER_PID_FILE"
}

# prepare: everything that commands need before they touch a database.
prepare() {
  setup_lock
  ensure_python
  ensure_odoo
  ensure_postgres
  write_config "${1:-8069}"
}

cmd_run() {
  local port=${PORT:-} started=$SECONDS running=
  if server_pid >/dev/null; then running=$(server_port); fi
  port=${port:-${running:-8069}}
  while [ $# -gt 0 ]; do
    case $1 in
      --port) port=${2:-} && shift 2 || die "--port needs a number." ;;
      *) die "./dev run knows --port N only, not '$1'." ;;
    esac
  done
  [[ $port =~ ^[0-9]+$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || die "The port must be a number from 1 to 65535, not '$port'."
  # All that can be refused is refused while the server that runs goes on.
  if [ "$port" != "$running" ] && port_answers "$port"; then
    die "Port $port of 127.0.0.1 is taken by another program${running:+; yours goes on at port $running}. Choose another one: ./dev run --port $(other_port "$port")"
  fi
  say "Setting up in ${HOME_DIR/#$REPO\//}"
  prepare "$port"
  ensure_run_database
  if [ -n "$running" ] && { [ "$port" != "$running" ] || [ "$DEV_DB" != "$(server_database)" ]; }; then stop_server; fi
  remember_database
  if ! server_pid >/dev/null; then
    step "Starting the server" start_server "$port"
  fi
  setup_unlock
  say ""
  say "Sales & Revenue Management runs at http://127.0.0.1:$port  (database '$DEV_DB', ready in $((SECONDS - started)) s)"
  say "Log in as admin with the password admin, or as sam, mia, fay or ada, each with the login as password."
  say "Its log: ./dev log     Stop it: ./dev stop"
}

# other_port PORT: the next one on which nothing answers.
other_port() {
  local port=$(($1 + 1))
  [ "$port" -le 65535 ] || port=8069
  while port_answers "$port"; do port=$((port + 1)); done
  printf '%s\n' "$port"
}

# The databases of ./dev run, one a line; the last one is meant where DEV_DB does not say another.
remember_database() {
  { grep -vxF -- "$DEV_DB" "$DATABASES" 2>/dev/null || true; printf '%s\n' "$DEV_DB"; } >"$DATABASES.part"
  mv "$DATABASES.part" "$DATABASES"
}

# page_status PORT: what the login page answers; nothing while nobody answers.
page_status() {
  "$PYTHON" - "$1" <<'PY' 2>/dev/null || true
import sys, urllib.error, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    print(opener.open(f"http://127.0.0.1:{sys.argv[1]}/web/login", timeout=60).status)
except urllib.error.HTTPError as error:
    print(error.code)
PY
}

start_server() {
  local pid
  mkdir -p "$HOME_DIR/log"
  setsid "$PYTHON" -m odoo -c "$HOME_DIR/odoo.conf" -d "$DEV_DB" --db-filter="^$DEV_DB\$" --logfile="$SERVER_LOG" </dev/null >>"$SERVER_LOG" 2>&1 9>&- &
  pid=$!
  printf '%s %s %s\n' "$pid" "$1" "$DEV_DB" >"$SERVER_PID_FILE"
  for _ in $(seq 600); do
    if ! kill -0 "$pid" 2>/dev/null; then
      rm -f "$SERVER_PID_FILE"
      tail -n 15 "$SERVER_LOG"
      die "The server ended while starting; its log is ${SERVER_LOG#"$REPO"/}."
    fi
    case $(page_status "$1") in
      200) return 0 ;;
      5*)
        stop_server
        tail -n 15 "$SERVER_LOG"
        die "The server starts, but answers with an error; its log is ${SERVER_LOG#"$REPO"/}."
        ;;
    esac
    sleep 0.2
  done
  tail -n 15 "$SERVER_LOG"
  die "The server did not answer within two minutes; its log is ${SERVER_LOG#"$REPO"/}."
}

need_run_database() {
  prepare "$(server_port || printf 8069)"
  setup_unlock
  database_exists "$DEV_DB" || die "There is no database '$DEV_DB' yet; ./dev run makes it."
}

cmd_stop() {
  stop_server
  stop_cluster
}

cmd_shell() {
  need_run_database
  odoo shell -c "$HOME_DIR/odoo.conf" -d "$DEV_DB" --no-http --log-level=warn "$@"
}

cmd_odoo() {
  need_run_database
  odoo "$@"
}

cmd_psql() {
  need_run_database
  psql -d "$DEV_DB" "$@"
}

cmd_log() {
  [ -f "$SERVER_LOG" ] || die "There is no log yet; ./dev run starts the server."
  tail -n 50 -f "$SERVER_LOG"
}

cmd_clean() {
  [ -d "$HOME_DIR" ] || { say "Nothing to clean."; return; }
  stop_server
  if [ ! -d "$CLUSTER/data" ] && [ -x "$HOME_DIR/venv/bin/python" ]; then
    # Databases on a server that is not ours are dropped one by one; the rest goes with the folder.
    PYTHON=$HOME_DIR/venv/bin/python
    if command -v psql >/dev/null && usable_server; then
      drop_databases "${PREFIX}\_%"
      while read -r DEV_DB; do
        if [ -n "$(database_mark)" ]; then drop_databases "${DEV_DB//_/\\_}"; fi
      done < <(cat "$DATABASES" 2>/dev/null; printf '%s\n' "$DEV_DB")
    fi
  fi
  stop_cluster
  rm -rf -- "$HOME_DIR"
  say "Removed $HOME_DIR."
}
