#!/usr/bin/env bash
# Makes the virtual environment with uv inside: `environment.sh PYTHON FOLDER`.
set -euo pipefail
python=$1
folder=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "civium needs Python 3.11 or newer; '$python' is not. Name another: make PYTHON=/path/to/python3.11 ..." >&2
  exit 2
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  # Debian keeps ensurepip in a package of its own.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing python3-venv" >&2
    apt-get -qq update >/dev/null && apt-get -qq install -y python3-venv >/dev/null
  else
    echo "Python's venv is missing here. Ask an administrator for: apt install python3-venv" >&2
    exit 2
  fi
fi
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check uv
