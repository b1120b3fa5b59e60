#!/usr/bin/env bash
# What the tests need from the system: `install` installs it; without a word, it is installed
# where that may be done (root, or CI) and otherwise named.
set -euo pipefail

missing=()
need() { # package, then a command that succeeds when it is there
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }

need chromium command -v chromium
need postgresql postgresql
# The driver that steers Chromium is linked to it.
need libatomic1 compgen -G '/usr/lib/*/libatomic.so.1'
# The relay, and networks of the tests' own to block and to change.
need coturn test -x /usr/bin/turnserver
need iproute2 test -x /usr/sbin/ip -o -x /sbin/ip -o -x /usr/bin/ip
need nftables test -x /usr/sbin/nft
need nodejs command -v node
need npm command -v npm
need python3-venv "${PYTHON:-python3}" -c 'import ensurepip, venv'
# A second face beside Latin, so that right-to-left pages are drawn and measured with real glyphs.
need fonts-dejavu-core test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
# What the files in deploy/ are made for, an authority that signs certificates, and a clean root.
need bubblewrap command -v bwrap
need caddy command -v caddy
need curl command -v curl
need openssl command -v openssl
need pebble command -v pebble
need systemd command -v systemd-analyze

[ ${#missing[@]} -eq 0 ] && exit 0

if [ "${1:-}" != install ] && [ "$(id -u)" -ne 0 ] && [ "${CI:-}" != true ]; then
  echo "The tests need: ${missing[*]}. Install them, or let 'make test-deps' do it on Debian and Ubuntu." >&2
  exit 1
fi
command -v apt-get >/dev/null || { echo "Not Debian or Ubuntu; install by hand: ${missing[*]}" >&2; exit 1; }

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" apt-get -qq install --no-install-recommends -y "${missing[@]}" >/dev/null
