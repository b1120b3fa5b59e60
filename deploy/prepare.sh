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

. deploy/asked.sh

account=10001 # of the containers
own() { [ "$(id -u)" -ne 0 ] || chown "$account:$account" "$@"; }

mkdir -p state/rounds state/backups state/proxy state/postgresql state/socket secrets/tls
own state/rounds state/backups state/proxy state/postgresql state/socket secrets secrets/tls

keep() { # file; its content comes by standard input and is made readable for the containers alone
  [ -e "$1" ] && return
  cat >"$1.new" && chmod 0400 "$1.new" && own "$1.new" && mv "$1.new" "$1"
}
random | keep secrets/turn-secret
random | keep secrets/postgresql-password
{ printf '*:*:rounds:rounds:'; cat secrets/postgresql-password; echo; } | keep secrets/pgpass

if [ ! -e .env ]; then
  sed -e "s/^SITE=.*/SITE=$site/" -e "s/^ACME_EMAIL=.*/ACME_EMAIL=$email/" -e "s/^MEDIA_ADDRESSES=.*/MEDIA_ADDRESSES=$addresses/" deploy/env.example >.env
fi
chmod -R a+rX deploy || true # the containers read it, however closed the checkout was made
if [ "$(id -u)" -ne 0 ] && [ "$(id -u)" -ne "$account" ]; then
  echo "The containers run as account $account: sudo chown -R $account:$account state secrets" >&2
fi
echo "Ready: settings are in .env, state in state/, secrets in secrets/."
echo "Next: docker compose run --rm rounds admin create"
