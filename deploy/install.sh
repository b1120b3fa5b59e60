#!/bin/sh
# Installs rounds for use, without what only builds and checks it. The Dockerfile runs the same.
#
#   sh deploy/install.sh /opt/rounds-1.0          all of it, into a folder that is not there yet
#   sh deploy/install.sh pins                     only what rounds stands on, as wheels in build/
#   sh deploy/install.sh rounds /opt/rounds-1.0   only the rest
#
# PYTHON names another interpreter than python3.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3} pip="build/tools/bin/pip --disable-pip-version-check --quiet"

pins() {
  rm -rf build/tools build/wheels
  mkdir -p build
  "$python" deploy/pins.py build >build/build.txt
  "$python" deploy/pins.py run >build/run.txt
  "$python" -m venv build/tools
  $pip install --require-hashes -r build/build.txt
  # Every file is checked by its hash; what comes as source is built with the pinned tools.
  $pip wheel --require-hashes --no-build-isolation -r build/run.txt -w build/wheels
}

rounds() {
  rm -f build/wheels/rounds-*.whl
  $pip wheel --no-deps --no-build-isolation -w build/wheels .
  "$python" -m venv --without-pip "$1"
  # Compiled when installing: a server that may not write to its own folder starts as fast.
  $pip --python "$1/bin/python" install --no-index --no-deps --compile build/wheels/*.whl
  $pip --python "$1/bin/python" check
}

case ${1:-} in
  pins) pins ;;
  rounds) rounds "${2:?where to}" ;;
  /*) [ ! -e "$1" ] || { echo "$1 is there already; name another folder." >&2; exit 2; }; pins; rounds "$1" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
