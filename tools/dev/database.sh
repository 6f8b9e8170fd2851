# Databases: templates of stock Odoo (with and without demo data), of Odoo with the addon, and clones of them.
# A template's name carries the fingerprint of what it is made of; it gets that name only once it is complete.

DEV_DB=${DEV_DB:-revenue}
PREFIX=srm_$(printf '%s' "$REPO" | sha256sum | cut -c1-6)

sql() { psql -X -d postgres -v ON_ERROR_STOP=1 -Atq -c "$1"; }
database_exists() { [ "$(sql "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }

# drop_databases SQL-PATTERN: databases and their filestores.
drop_databases() {
  local name
  for name in $(sql "SELECT datname FROM pg_database WHERE datname LIKE '$1'"); do
    sql "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)"
    rm -rf "$HOME_DIR/data/filestore/$name"
  done
}

rename_database() {
  sql "ALTER DATABASE \"$1\" RENAME TO \"$2\""
  rm -rf "$HOME_DIR/data/filestore/$2"
  [ ! -d "$HOME_DIR/data/filestore/$1" ] || mv "$HOME_DIR/data/filestore/$1" "$HOME_DIR/data/filestore/$2"
}

# clone_database FROM TO. Files of the filestore are named by their content and never rewritten: hard links serve.
clone_database() {
  drop_databases "$2"
  sql "CREATE DATABASE \"$2\" TEMPLATE \"$1\""
  mkdir -p "$HOME_DIR/data/filestore"
  [ ! -d "$HOME_DIR/data/filestore/$1" ] || cp -al "$HOME_DIR/data/filestore/$1" "$HOME_DIR/data/filestore/$2"
}

addon_depends() {
  "$PYTHON" - "$REPO/$ADDON/__manifest__.py" <<'PY'
import ast, sys
print(",".join(ast.literal_eval(open(sys.argv[1]).read())["depends"]))
PY
}

# What a database with the addon is made of; tests, documents and screenshots are not.
addon_fingerprint() {
  (cd "$REPO" && find "$ADDON" -type f ! -path '*/tests/*' ! -path '*/__pycache__/*' ! -path "$ADDON/readme/*" \
    ! -path "$ADDON/static/description/*.png" -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
}

base_fingerprint() {
  printf '%s %s %s' "$ODOO_VERSION" "$(addon_depends)" "$(hash_of "$REPO/constraints.txt" "$REPO/tools/dev/database.sh")" |
    sha256sum | cut -c1-10
}

# odoo_batch DATABASE odoo-arguments...: runs Odoo to its end; an error in its log is a failure.
odoo_batch() {
  local log
  log=$(mktemp)
  SCRATCH+=("$log")
  if ! odoo -c "$HOME_DIR/odoo.conf" -d "$1" --no-http --stop-after-init --max-cron-threads=0 "${@:2}" 2>&1 | tee "$log"; then
    die "Odoo ended with an error on the database $1."
  fi
  if grep -aE '^[0-9-]+ [0-9:,]+ [0-9]+ (ERROR|CRITICAL) |external dependency' "$log"; then
    die "Odoo wrote an error to its log while working on the database $1."
  fi
  rm -f "$log"
}

make_base() {
  local kind=$1 name=$2 demo=--without-demo
  [ "$kind" = bare ] || demo=--with-demo
  drop_databases "$name.part"
  sql "CREATE DATABASE \"$name.part\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
  odoo_batch "$name.part" -i "$(addon_depends)" "$demo"
  rename_database "$name.part" "$name"
}

# Sets BASE_DEMO and BASE_BARE; makes what is missing. Without an argument both, two at a time.
ensure_bases() {
  local mark kind missing=()
  mark=$(base_fingerprint)
  BASE_DEMO=${PREFIX}_base_demo_$mark
  BASE_BARE=${PREFIX}_base_bare_$mark
  for kind in "$@"; do
    database_exists "${PREFIX}_base_${kind}_$mark" || missing+=("$kind")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  need_disk 4
  step "Installing stock Odoo into a template database (${missing[*]})" make_bases "$mark" "${missing[@]}"
}

make_bases() {
  local mark=$1 kind pid pids=()
  shift
  for kind in "$@"; do
    drop_databases "${PREFIX}\_base\_${kind}\_%"
    make_base "$kind" "${PREFIX}_base_${kind}_$mark" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

# The template of tests: stock Odoo with demo data, the addon, and the web client's bundles built.
ensure_test_template() {
  ensure_bases demo bare
  TEST_TEMPLATE=${PREFIX}_test_$(printf '%s %s' "$BASE_DEMO" "$(addon_fingerprint)" | sha256sum | cut -c1-10)
  if ! database_exists "$TEST_TEMPLATE"; then
    step "Installing the addon into the template of the tests" make_test_template "$TEST_TEMPLATE"
  fi
}

make_test_template() {
  drop_databases "${PREFIX}\_test\_%"
  clone_database "$BASE_DEMO" "$1.part"
  odoo_batch "$1.part" -i "$ADDON" --with-demo
  # The first page of the web client would otherwise build these, in the middle of a browser test.
  odoo shell -c "$HOME_DIR/odoo.conf" -d "$1.part" --no-http --log-level=warn <<'PY'
qweb = env["ir.qweb"]
for bundle in ("web.assets_web", "web.assets_tests", "web.assets_unit_tests_setup", "web.assets_unit_tests"):
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
    qweb._get_asset_bundle(bundle, css=True, js=False).css()
for bundle in ("web.assets_frontend", "web.assets_frontend_minimal", "web.assets_frontend_lazy"):
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
qweb._get_asset_bundle("web.assets_frontend", css=True, js=False).css()
env.cr.commit()
PY
  rename_database "$1.part" "$1"
}

# The database of ./dev run: with demo data and the addon, upgraded when the addon changed.
ensure_run_database() {
  local mark
  mark=$(addon_fingerprint)
  if ! database_exists "$DEV_DB"; then
    ensure_bases demo
    step "Making the database '$DEV_DB' with demo data and the addon" make_run_database "$mark"
  elif [ "$(database_mark)" != "$mark" ]; then
    [ -n "$(database_mark)" ] || die "The database '$DEV_DB' was not made by ./dev. Name another one with DEV_DB=..."
    stop_server
    step "Upgrading the addon in the database '$DEV_DB'" upgrade_run_database "$mark"
  fi
}

database_mark() { sql "SELECT split_part(shobj_description(oid, 'pg_database'), ' ', 2) FROM pg_database WHERE datname = '$DEV_DB' AND shobj_description(oid, 'pg_database') LIKE 'sales_revenue_mgmt %'"; }
mark_database() { sql "COMMENT ON DATABASE \"$1\" IS 'sales_revenue_mgmt $2'"; }

make_run_database() {
  clone_database "$BASE_DEMO" "$DEV_DB.part"
  odoo_batch "$DEV_DB.part" -i "$ADDON" --with-demo
  mark_database "$DEV_DB.part" "$1"
  rename_database "$DEV_DB.part" "$DEV_DB"
}

upgrade_run_database() {
  odoo_batch "$DEV_DB" -u "$ADDON"
  mark_database "$DEV_DB" "$1"
}
