# ./dev load retail and ./dev bench.

cmd_load() {
  [ "${1:-}" = retail ] || die "./dev load knows 'retail' only: ./dev load retail [--lines N|all] [--organised] [--with targets|none] [--remove]"
  shift
  need_run_database
  "$PYTHON" -m bench.retail --database "$DEV_DB" --config "$HOME_DIR/odoo.conf" "$@"
}

cmd_bench() {
  if [ $# -eq 0 ]; then
    say "Measurements (./dev bench NAME):"
    (cd "$REPO/bench" && for file in measure_*.py; do
      [ ! -f "$file" ] || printf '  %-12s %s\n' "$(basename "${file#measure_}" .py)" "$(sed -n '1s/^"""//p' "$file")"
    done)
    return
  fi
  local name=$1
  shift
  [ -f "$REPO/bench/measure_$name.py" ] || die "There is no measurement '$name'; ./dev bench lists them."
  if grep -q '^SCRATCH = True$' "$REPO/bench/measure_$name.py"; then
    prepare
    ensure_test_template
    setup_unlock
    export HOME_DIR BASE_DEMO
    DEV_DB=${PREFIX}_bench_$$
    clone_database "$TEST_TEMPLATE" "$DEV_DB"
    at_exit() { drop_databases "$DEV_DB"; }
  else
    need_run_database
  fi
  if [ "$name" = replica ]; then
    at_exit() { stop_replica; }
    start_replica
    set -- --replica-port "$REPLICA_PORT" "$@"
  fi
  "$PYTHON" -m "bench.measure_$name" --database "$DEV_DB" --config "$HOME_DIR/odoo.conf" "$@"
}
