# PostgreSQL: the one of the PG* variables, else a reachable local server, else a private cluster of ours.

CLUSTER=$HOME_DIR/postgres

# Exports PGHOST, PGPORT, PGUSER (and PGPASSFILE for the private cluster) for all that follows.
ensure_postgres() {
  export PGCONNECT_TIMEOUT=5
  if [ -n "${PGHOST:-}${PGPORT:-}${PGUSER:-}${PGSERVICE:-}${PGHOSTADDR:-}" ]; then
    command -v psql >/dev/null || install_packages postgresql-client
    usable_server || die "The PostgreSQL of the PG* variables cannot be used: ${PG_PROBLEM:-no answer}. It needs a role other than 'postgres' that may create databases."
    return
  fi
  if command -v psql >/dev/null && usable_server; then
    export PGUSER=${PGUSER:-$(id -un)}
    return
  fi
  if ! find_server_programs; then
    install_packages postgresql
    find_server_programs || die "PostgreSQL's server programs were not found under /usr/lib/postgresql."
  fi
  private_cluster
}

usable_server() {
  local answer
  if ! answer=$(psql -X -w -d postgres -Atc "SELECT current_setting('server_version_num')::int >= 130000 AND rolcreatedb AND rolname <> 'postgres' FROM pg_roles WHERE rolname = current_user" 2>&1); then
    PG_PROBLEM=$(printf '%s' "$answer" | head -n 1)
    return 1
  fi
  PG_PROBLEM="its role may not create databases, is 'postgres', or the server is older than 13"
  [ "$answer" = t ]
}

find_server_programs() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/local/pgsql/bin 2>/dev/null | sort -rV); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      PG_BIN=$folder
      return 0
    fi
  done
  return 1
}

# PostgreSQL refuses to run as root; then it runs as the user that Debian's package made. That user may not be able to
# enter root's folders, so where needed it gets the one capability for that.
as_postgres() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif setpriv --reuid=postgres --regid=postgres --init-groups test -x "$CLUSTER/.." 2>/dev/null; then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
  else
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=+dac_override --ambient-caps=+dac_override -- "$@")
  fi
}

private_cluster() {
  export PGHOST=127.0.0.1 PGUSER=revenue PGPASSFILE=$CLUSTER.pgpass
  if [ ! -d "$CLUSTER/data" ]; then
    step "Making a private PostgreSQL cluster" make_cluster
  fi
  if ! cluster_runs; then
    PGPORT=$(free_port)
    export PGPORT
    step "Starting the private PostgreSQL" start_cluster "$PGPORT"
  fi
  PGPORT=$(sed -n 4p "$CLUSTER/data/postmaster.pid")
  export PGPORT
}

cluster_runs() { [ -d "$CLUSTER/data" ] && as_postgres "$PG_BIN/pg_ctl" -D "$CLUSTER/data" status >/dev/null 2>&1; }

make_cluster() {
  local password
  rm -rf "$CLUSTER"
  mkdir -p "$CLUSTER"
  password=$("$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(24))')
  (umask 077 && printf '127.0.0.1:*:*:revenue:%s\n' "$password" >"$CLUSTER.pgpass" && printf '%s\n' "$password" >"$CLUSTER/password")
  [ "$(id -u)" -ne 0 ] || chown -R postgres:postgres "$CLUSTER"
  as_postgres "$PG_BIN/initdb" -D "$CLUSTER/data.part" -U revenue -A scram-sha-256 --pwfile="$CLUSTER/password" -E UTF8 --locale=C.UTF-8
  rm -f "$CLUSTER/password"
  local shared=$(($(awk '/MemTotal/ {print $2}' /proc/meminfo) / 1024 / 8))
  as_postgres tee -a "$CLUSTER/data.part/postgresql.conf" >/dev/null <<EOF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = ${shared}MB
effective_cache_size = $((shared * 4))MB
work_mem = 32MB
maintenance_work_mem = 512MB
max_wal_size = 8GB
# A development machine: a crash may cost the last half second, never the database.
synchronous_commit = off
random_page_cost = 1.1
EOF
  mv "$CLUSTER/data.part" "$CLUSTER/data"
}

# pg_ctl gives back control; the server goes on in a session of its own.
start_cluster() {
  setsid -w true 2>/dev/null || true
  as_postgres setsid -w "$PG_BIN/pg_ctl" -D "$CLUSTER/data" -l "$CLUSTER/data/server.log" -w -t 60 -o "-p $1" start
}

# A second server on loopback that follows the private one by streaming; sets REPLICA_PORT. Removed by stop_replica.
start_replica() {
  [ "${PGPASSFILE:-}" = "$CLUSTER.pgpass" ] || die "A replica can be made of the private PostgreSQL only; unset the PG* variables and stop the local server."
  REPLICA_PORT=$(free_port)
  stop_replica
  step "Making a streaming replica" make_replica "$REPLICA_PORT"
}

make_replica() {
  mkdir -m 700 -p "$CLUSTER.replica"
  [ "$(id -u)" -ne 0 ] || chown postgres:postgres "$CLUSTER.replica"
  PGPASSWORD=$(cut -d: -f5 "$PGPASSFILE")
  export PGPASSWORD
  as_postgres "$PG_BIN/pg_basebackup" -D "$CLUSTER.replica/data" -X stream -R --checkpoint=fast
  as_postgres setsid -w "$PG_BIN/pg_ctl" -D "$CLUSTER.replica/data" -l "$CLUSTER.replica/server.log" -w -t 60 -o "-p $1" start
}

stop_replica() {
  if [ -f "$CLUSTER.replica/data/postmaster.pid" ]; then
    as_postgres "$PG_BIN/pg_ctl" -D "$CLUSTER.replica/data" -m fast -w stop >/dev/null || true
  fi
  rm -rf "$CLUSTER.replica"
}

stop_cluster() {
  find_server_programs || return 0
  if cluster_runs; then
    as_postgres "$PG_BIN/pg_ctl" -D "$CLUSTER/data" -m fast -w stop >/dev/null && say "Stopped the private PostgreSQL."
  fi
}
