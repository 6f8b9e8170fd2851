# Odoo 19: a checkout (ODOO_HOME), an installed one, or Debian's package unpacked into a private folder.

DEBIAN_ODOO="odoo-19/sid fonts-font-awesome/bookworm fonts-inconsolata/bookworm fonts-ocr-b/bookworm
  fonts-montserrat/sid fonts-roboto-unhinted/bookworm libjs-jquery/bookworm libjs-jquery-form/bookworm
  libjs-underscore/bookworm"

# Sets ODOO_PATH (the folder that holds the package odoo), ODOO_ADDONS and ODOO_VERSION.
ensure_odoo() {
  local found
  if [ -n "${ODOO_HOME:-}" ]; then
    [ -f "$ODOO_HOME/odoo/release.py" ] || die "ODOO_HOME=$ODOO_HOME is not a checkout of Odoo: it has no odoo/release.py."
    ODOO_PATH=$ODOO_HOME
    ODOO_ADDONS=$ODOO_HOME/addons,$ODOO_HOME/odoo/addons
  elif found=$(installed_odoo); then
    ODOO_PATH=$found
    ODOO_ADDONS=$found/odoo/addons
  else
    ODOO_PATH=$HOME_DIR/odoo/usr/lib/python3/dist-packages
    ODOO_ADDONS=$ODOO_PATH/odoo/addons
    if [ ! -d "$HOME_DIR/odoo" ]; then
      need_disk 8
      step "Fetching Odoo 19 (Debian's package, into a private folder)" fetch_odoo
    fi
  fi
  ODOO_VERSION=$(cd / && "$BASE_PYTHON" - "$ODOO_PATH/odoo/release.py" <<'PY'
import runpy, sys
print(runpy.run_path(sys.argv[1])["version"])
PY
)
  case $ODOO_VERSION in
    19.0*) ;;
    *) die "Odoo 19.0 is needed; ${ODOO_HOME:-$ODOO_PATH} has $ODOO_VERSION." ;;
  esac
  # The virtual environment sees Odoo through one .pth file, whichever of the three it is.
  printf '%s\n' "$ODOO_PATH" >"$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/odoo-home.pth"
}

installed_odoo() {
  local folder
  for folder in /usr/lib/python3/dist-packages /usr/local/lib/python3*/dist-packages; do
    if [ -d "$folder/odoo/addons/web" ] && grep -qs 'version_info = (19, 0' "$folder/odoo/release.py"; then
      printf '%s\n' "$folder"
      return 0
    fi
  done
  return 1
}

# Debian's archive, read through apt with a sources list, state and cache of our own, so that the machine's stay as
# they are. The archive's address is the one this machine uses.
fetch_odoo() {
  local folder=$HOME_DIR/odoo.apt codename archive keyring=/usr/share/keyrings/debian-archive-keyring.gpg options package
  rm -rf "$folder" "$HOME_DIR/odoo.part"
  mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/debs" "$HOME_DIR/odoo.part"
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    awk -v release="$codename" '$2 == release {print $1; exit}')
  [ -n "$archive" ] || die "No Debian archive for '$codename' is among this machine's apt sources; set ODOO_HOME to a checkout of Odoo 19 instead."
  [ -f "$keyring" ] || die "Debian's archive keyring is missing; install the package debian-archive-keyring."
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$archive" bookworm "$keyring" "$archive" sid >"$folder/sources.list"
  # A mirror may be a frozen copy: signatures are checked, the age of the lists is not.
  options="-q -o Acquire::Check-Valid-Until=false -o Dir::Etc::sourcelist=$folder/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State=$folder/state
    -o Dir::State::status=/dev/null -o Dir::Cache=$folder/cache -o APT::Sandbox::User=$(id -un)
    -o Acquire::Languages=none -o Acquire::Retries=2"
  # Options are a list of words without spaces in them, by intent unquoted.
  # shellcheck disable=SC2086
  apt-get $options -o APT::Update::Error-Mode=any update ||
    die "Debian's package lists could not be fetched."
  # shellcheck disable=SC2086
  (cd "$folder/debs" && apt-get $options download $DEBIAN_ODOO) ||
    die "Odoo 19 could not be fetched from Debian's archive."
  for package in "$folder"/debs/*.deb; do
    # dist-packages/addons repeats Python files that odoo/addons has already.
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$HOME_DIR/odoo.part" --exclude='./usr/lib/python3/dist-packages/addons'
  done
  # Debian leaves this file out; its absence is an error in the browser's console, and so in every browser test.
  # An empty one means: no background blur in video calls, on this private copy only.
  local blur=$HOME_DIR/odoo.part/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
  if [ ! -e "$blur/selfie_segmentation.js" ]; then
    mkdir -p "$blur"
    printf '/* Not in Debian: background blur in video calls. */\n' >"$blur/selfie_segmentation.js"
  fi
  rm -rf "$folder"
  mv "$HOME_DIR/odoo.part" "$HOME_DIR/odoo"
}

# write_config: the server's settings; the password of the database never stands in them (libpq reads PGPASSFILE).
write_config() {
  cat >"$HOME_DIR/odoo.conf" <<EOF
[options]
addons_path = $ODOO_ADDONS,$REPO
data_dir = $HOME_DIR/data
http_interface = 127.0.0.1
http_port = $1
gevent_port = 0
db_host = ${PGHOST:-False}
db_port = ${PGPORT:-False}
db_user = ${PGUSER:-False}
max_cron_threads = 1
without_demo = True
EOF
}

odoo() { "$PYTHON" -m odoo "$@"; }
