#!/usr/bin/env bash
# What the tests need from Debian: Chromium with fonts for every script of the Union, and a PostgreSQL older than the wheel's, as old as
# Debian has one; SoftHSM, for keys in tokens. Installed when we may; otherwise said, loudly.
# Under CI a missing one is a failure (tests/conftest.py).
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qiE 'noto ?sans|dejavu' || missing+=(fonts-dejavu-core fontconfig)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
command -v softhsm2-util >/dev/null || missing+=(softhsm2)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing from Debian: ${missing[*]}" >&2
  apt-get -qq update >/dev/null
  if [[ " ${missing[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    # The tests run servers of their own: none is to be begun with the package.
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "NOT INSTALLED: ${missing[*]}. Tests that need them are SKIPPED; to run them: apt install ${missing[*]}" >&2
fi
