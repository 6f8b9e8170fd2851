# ./dev test and ./dev lint.

# Arguments that name files under tests/ go to the tests outside Odoo, those under the addon to Odoo's; others to both.
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
  if [ ${#pure[@]} -gt 0 ] || [ ${#odoo[@]} -eq 0 ]; then
    say "Tests outside Odoo: the pure ones, then those that install, load and race on databases of their own"
    run_pytest -p no:odoo "${both[@]+"${both[@]}"}" "${pure[@]-tests}"
  fi
  if [ ${#odoo[@]} -gt 0 ] || [ ${#pure[@]} -eq 0 ]; then
    TEST_DB=${PREFIX}_run_$$
    clone_database "$TEST_TEMPLATE" "$TEST_DB"
    at_exit() { drop_databases "$TEST_DB"; }
    say "Tests in Odoo, with the browser"
    run_pytest --odoo-config="$HOME_DIR/odoo.conf" --odoo-database="$TEST_DB" --odoo-http \
      "${both[@]+"${both[@]}"}" "${odoo[@]-$ADDON}"
  fi
  [ "$empty" -lt 2 ] || die "No test matches: $*"
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
  # Order counts: everything off, what is wanted on, and off again what is for the OCA's own generator, or against
  # our rule that a model too long for one file is split by responsibility.
  check "pylint-odoo" "$bin/pylint" --rcfile=.pylintrc --disable=all --enable="odoolint,$PYLINT_CHECKS" \
    --disable=missing-readme,consider-merging-classes-inherited "$ADDON"
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
