# The machine: Debian packages, a Python, the virtual environment.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
  [ "$(id -u)" -eq 0 ] && return 0
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null && return 0
  # A person at a terminal may type a password once; a script may not be asked.
  [ -t 0 ] && sudo -v
}

# install_packages PACKAGE...: Debian packages that are missing; asks apt for nothing when all are there.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "These packages are missing and there is no apt-get to install them: ${missing[*]}."
  can_be_root || die "These Debian packages are missing: ${missing[*]}. Run ./dev as root or as a user with sudo, or install them first."
  step "Installing Debian packages: ${missing[*]}" apt_install "${missing[@]}"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get -q -o Acquire::Retries=2 -o APT::Update::Error-Mode=any update ||
    die "apt-get update failed."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=2 \
    -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" ||
    die "apt-get could not install: $*."
}

# Sets PYTHON: the virtual environment's once it exists, else a Python that can make one.
python_is_fit() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
  local name
  for name in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10; do
    if command -v "$name" >/dev/null && python_is_fit "$name"; then
      BASE_PYTHON=$(command -v "$name")
      return 0
    fi
  done
  return 1
}

ensure_python() {
  if ! find_python; then
    install_packages python3 python3-venv
    find_python || die "No Python from 3.10 to 3.13 with venv was found, and Debian's packages python3 and python3-venv did not bring one."
  fi
  PYTHON=$HOME_DIR/venv/bin/python
  local want
  # Made anew when the Python or a requirement changed; the file "complete" is what makes it count.
  want=$("$BASE_PYTHON" -c 'import sys; print(sys.version)' | cat - "$REPO"/requirements*.txt "$REPO/constraints.txt" | sha256sum | cut -c1-12)
  if [ "$(cat "$HOME_DIR/venv/complete" 2>/dev/null)" != "$want" ]; then
    need_disk 8
    step "Making the virtual environment and installing Python packages" make_venv "$want"
  fi
}

# Built in place, because a virtual environment cannot be renamed.
make_venv() {
  rm -rf "$HOME_DIR/venv"
  "$BASE_PYTHON" -m venv "$HOME_DIR/venv"
  "$HOME_DIR/venv/bin/python" -m pip install -q -r "$REPO/requirements.txt" -r "$REPO/requirements-dev.txt" \
    -c "$REPO/constraints.txt" --progress-bar off --retries 2 ||
    die "pip could not install the Python packages for $("$BASE_PYTHON" -V)."
  printf '%s\n' "$1" >"$HOME_DIR/venv/complete"
}
