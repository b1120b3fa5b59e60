#!/bin/sh
# Makes what docker-compose.yml needs before the first start: settings, folders and secrets.
# What is there already stays as it is.
#
#   sh deploy/prepare.sh visits.clinic.example it@clinic.example [ADDRESS,…]
#
# ADDRESSes are those by which browsers reach this machine; left out, all that it has. Behind NAT
# name the outer one.
set -eu
umask 077
cd "$(dirname "$0")/.."

[ $# -ge 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
site=$1 email=$2
case $site in *[!a-z0-9.-]* | .* | -* | '') echo "$site is not the name of a host, in small letters." >&2; exit 2 ;; esac
case $email in *[!A-Za-z0-9.@+_-]* | @* | *@) echo "$email is not an e-mail address." >&2; exit 2 ;; *@*) ;; *) echo "$email is not an e-mail address." >&2; exit 2 ;; esac

ours() { # all that has a wider reach than this link, but the containers' own bridges
  ip -o addr show up scope global | awk '$2 !~ /^(docker|br-|veth|virbr)/ && !/temporary|deprecated/ {sub("/.*", "", $4); print $4}' | paste -sd, -
}
addresses=${3:-$(ours)}
case $addresses in *[!0-9a-fA-F.:,]* | '') echo "No address of this machine was found; name it as the third word." >&2; exit 2 ;; esac

# The account of the containers. Not root? Then whoever runs this owns the files, and must be 10001.
account=10001
own() { [ "$(id -u)" -ne 0 ] || chown "$account:$account" "$@"; }

mkdir -p state/rounds state/backups state/proxy state/postgresql state/socket secrets/tls
own state/rounds state/backups state/proxy state/postgresql state/socket secrets secrets/tls

keep() { # file; its content comes by standard input and is made readable for the containers alone
  [ -e "$1" ] && return
  cat >"$1.new" && chmod 0400 "$1.new" && own "$1.new" && mv "$1.new" "$1"
}
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
random | keep secrets/turn-secret
random | keep secrets/postgresql-password
{ printf '*:*:rounds:rounds:'; cat secrets/postgresql-password; echo; } | keep secrets/pgpass

if [ ! -e .env ]; then
  sed -e "s/^SITE=.*/SITE=$site/" -e "s/^ACME_EMAIL=.*/ACME_EMAIL=$email/" -e "s/^MEDIA_ADDRESSES=.*/MEDIA_ADDRESSES=$addresses/" deploy/env.example >.env
fi
echo "Ready: settings are in .env, state in state/, secrets in secrets/."
echo "Next: docker compose run --rm rounds admin create"
