# shellcheck shell=bash
# Shared by ./run and ./test: finds or installs what they need. Read with `.`, it does nothing by itself.

say() { printf '\n==> %s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Finds Swift in the usual places; says what to install where there is none.
need_swift() {
  local place
  for place in "$HOME/.local/share/swiftly/bin" /opt/*/usr/bin /usr/local/*/usr/bin; do
    if ! command -v swift >/dev/null && [ -x "$place/swift" ]; then PATH="$PATH:$place"; fi
  done
  command -v swift >/dev/null \
    || fail 'there is no Swift here; install Swift 6.1 or later from https://www.swift.org/install and try again'
}

# need_packages NAME…: installs the Debian packages that are missing. NAME/COMMAND is not, where COMMAND is there.
need_packages() {
  local name missing=() root=()
  for name in "$@"; do
    if [[ $name == */* ]] && command -v "${name#*/}" >/dev/null; then continue; fi
    dpkg-query -W -f '${Status}' "${name%/*}" 2>/dev/null | grep -q 'ok installed' || missing+=("${name%/*}")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    printf '%s: this is no Debian; please see to it that these are here: %s\n' "${0##*/}" "${missing[*]}" >&2
    return 0
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "please install as root: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  say "Installing ${missing[*]}"
  ${root[@]+"${root[@]}"} apt-get update -q \
    && ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive \
      apt-get install -q -y --no-install-recommends "${missing[@]}" \
    || fail "these could not be installed: ${missing[*]}"
}

# Sets PYTHON to one that has what Tests/requirements.txt names: the one at hand, or that of .venv, which is made here.
need_python() {
  local modules='import pytest, xdist, playwright, axe_playwright_python, redis, yaml, jsonschema'
  for PYTHON in python3 .venv/bin/python; do
    if "$PYTHON" -c "$modules" 2>/dev/null; then return 0; fi
  done
  need_packages python3-venv
  say 'Making .venv with what Tests/requirements.txt names'
  /usr/bin/python3 -m venv .venv && .venv/bin/python -m pip install --quiet -r Tests/requirements.txt \
    || fail 'the Python packages of Tests/requirements.txt could not be installed into .venv'
}

# What the program is linked with.
libraries=(zlib1g-dev libhiredis-dev libjq-dev libsqlite3-dev libcmark-gfm-dev libcmark-gfm-extensions-dev)
