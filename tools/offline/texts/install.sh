#!/bin/sh
# Installs civium-authority @VERSION@ from this folder alone, without a network and without rights: sh install.sh [FOLDER]
# PYTHON names the Python to use: PYTHON=/opt/python/bin/python@PYTHON@ sh install.sh
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-"$HOME/civium-authority"}
python=${PYTHON:-python@PYTHON@}

cd "$here"
if command -v sha256sum >/dev/null; then
  sha256sum --quiet -c SHA256SUMS
else
  shasum -a 256 -c SHA256SUMS >/dev/null
fi
echo "the files are whole"
if ! "$python" -c 'import sys, venv; sys.exit(f"{sys.version_info[0]}.{sys.version_info[1]}" != "@PYTHON@")' 2>/dev/null; then
  echo "this folder is for Python @PYTHON@ with its module venv, and '$python' is not that" >&2
  echo "name another: PYTHON=/path/to/python@PYTHON@ sh install.sh" >&2
  exit 2
fi
if [ -e "$folder" ]; then
  echo "$folder is there already: remove it, or name another folder" >&2
  exit 1
fi
"$python" -m venv "$folder"
"$folder/bin/python" -m pip --isolated --disable-pip-version-check install --quiet \
  --no-index --find-links wheels --require-hashes --no-cache-dir -r requirements.txt
echo "installed: $folder/bin/civium-authority"
exec "$folder/bin/civium-authority" selftest
