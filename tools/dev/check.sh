# ./dev test and ./dev lint.

# Arguments that name files under tests/ go to the tests outside Odoo, those under the addon to Odoo's; others to both,
# --long among them (see conftest.py).
cmd_test() {
  local pure=() odoo=() both=() argument empty=0
  for argument in "$@"; do
    case $argument in
      tests | tests/*) pure+=("$argument") ;;
      "$ADDON" | "$ADDON"/*) odoo+=("$argument") ;;
      *) both+=("$argument") ;;
    esac
  done
  install_packages_for_browser
  prepare
  ensure_test_template
  setup_unlock
  export HOME_DIR BASE_BARE BASE_DEMO TEST_TEMPLATE
  local outside= inside= outside_pid=
  TEST_DB=${PREFIX}_run_$$
  at_exit() {
    [ -z "${outside_pid:-}" ] || kill "$outside_pid" 2>/dev/null || true
    drop_databases "$TEST_DB"
  }
  [ ${#odoo[@]} -gt 0 ] && [ ${#pure[@]} -eq 0 ] || outside=1
  [ ${#pure[@]} -gt 0 ] && [ ${#odoo[@]} -eq 0 ] || inside=1
  if [ -n "$outside" ] && [ -n "$inside" ]; then
    tests_side_by_side
  elif [ -n "$outside" ]; then
    tests_outside
  else
    tests_inside
  fi
  [ "$empty" -lt 2 ] || die "No test matches: $*"
}

# Independent of each other, so that each has a processor and databases of its own. What is printed stays apart: the second part
# shows its output as it comes, the first when both are done.
tests_side_by_side() {
  local log failed=0
  log=$(mktemp "$HOME_DIR/tests-outside.XXXXXX")
  say "Tests outside Odoo run beside those in Odoo; their output follows at the end"
  (tests_outside; exit $((empty * 5))) >"$log" 2>&1 &
  outside_pid=$!
  (tests_inside; exit $((empty * 5))) || failed=$?
  local other=0
  wait "$outside_pid" || other=$?
  outside_pid=
  cat "$log"
  rm -f "$log"
  [ "$failed" -ne 5 ] || { empty=$((empty + 1)); failed=0; }
  [ "$other" -ne 5 ] || { empty=$((empty + 1)); other=0; }
  [ $((failed + other)) -eq 0 ] || exit 1
}

tests_outside() {
  say "Tests outside Odoo: the pure ones, then those that install, load and race on databases of their own"
  run_pytest -p no:odoo "${both[@]+"${both[@]}"}" "${pure[@]-tests}"
}

tests_inside() {
  clone_database "$TEST_TEMPLATE" "$TEST_DB"
  say "Tests in Odoo, with the browser"
  run_pytest --odoo-config="$HOME_DIR/odoo.conf" --odoo-database="$TEST_DB" --odoo-http \
    "${both[@]+"${both[@]}"}" "${odoo[@]-$ADDON}"
}

install_packages_for_browser() {
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || install_packages chromium
}

# A selection (-k) may leave one of the two runs without a test, but not both.
run_pytest() {
  local status=0
  (cd "$REPO" && "$PYTHON" -m pytest "$@") || status=$?
  if [ "$status" -eq 5 ] && [ ${#both[@]} -gt 0 ] && [ ${#pure[@]} -eq ${#odoo[@]} ]; then
    empty=$((empty + 1))
  elif [ "$status" -ne 0 ]; then
    exit "$status"
  fi
}

PYLINT_CHECKS=anomalous-backslash-in-string,bad-indentation,dangerous-default-value,duplicate-key,pointless-statement
PYLINT_CHECKS+=,unnecessary-lambda,unreachable,unused-argument,unused-import,unused-variable

cmd_lint() {
  local fix= failed=0
  [ "${1:-}" != --fix ] || fix=1
  setup_lock
  ensure_python
  ensure_odoo
  if [ "$(cat "$HOME_DIR/node/complete" 2>/dev/null)" != "$(hash_of "$REPO/package.json" "$REPO/package-lock.json")" ]; then
    step "Installing the JavaScript linters" make_node
  fi
  setup_unlock
  local bin=$HOME_DIR/venv/bin node=$HOME_DIR/node
  cd "$REPO"
  check() {
    local title=$1
    shift
    if "$@"; then say "  $title: good"; else say "  $title: FAILED"; failed=1; fi
  }
  check "ruff" "$bin/ruff" check ${fix:+--fix} .
  check "ruff format" "$bin/ruff" format $([ -n "$fix" ] || printf -- --check) .
  # Order counts: everything off, what is wanted on, and off again what is for the OCA's own generator.
  check "pylint-odoo" "$bin/pylint" --rcfile=.pylintrc --disable=all --enable="odoolint,$PYLINT_CHECKS" \
    --disable=missing-readme "$ADDON"
  check "OCA module checks" "$bin/oca-checks-odoo-module" "$ADDON"
  check "OCA translation checks" "$bin/oca-checks-po" "$ADDON"/i18n/*.pot
  check "eslint" node_tool eslint ${fix:+--fix} "$ADDON/static"
  check "prettier (JS, SCSS, XML)" node_tool prettier $([ -n "$fix" ] && printf -- --write || printf -- --check) --log-level=warn \
    --plugin="$node/node_modules/@prettier/plugin-xml/src/plugin.js" "$ADDON/**/*.{js,scss,xml}"
  check "bash syntax" bash -n dev tools/dev/*.sh .ci/run
  [ "$failed" -eq 0 ] || die "Lint found something; './dev lint --fix' mends what can be mended by itself."
}

# Node and npm come from a wheel, so that nothing is installed into the system.
node_tool() {
  local tool=$1
  shift
  PATH=$HOME_DIR/venv/bin:$PATH DEV_NODE=$HOME_DIR/node "$HOME_DIR/node/node_modules/.bin/$tool" "$@"
}

make_node() {
  mkdir -p "$HOME_DIR/node"
  rm -f "$HOME_DIR/node/complete"
  cp "$REPO/package.json" "$REPO/package-lock.json" "$HOME_DIR/node/"
  (cd "$HOME_DIR/node" && PATH=$HOME_DIR/venv/bin:$PATH npm ci --no-audit --no-fund) ||
    die "npm could not install the linters."
  hash_of "$REPO/package.json" "$REPO/package-lock.json" >"$HOME_DIR/node/complete"
}
