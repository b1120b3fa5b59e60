#!/bin/sh
# Sets rounds up on this machine without containers, for systemd; again after each update. As root,
# after `sh deploy/install.sh`. Settings and secrets that are there already stay as they are.
#
#   sh deploy/system.sh visits.clinic.example it@clinic.example [ADDRESS,…]
#
# ADDRESSes are those by which browsers reach this machine; left out, all that it has. Behind NAT
# name the outer one.
set -eu
umask 077
cd "$(dirname "$0")/.."
. deploy/asked.sh
[ "$(id -u)" -eq 0 ] || no "This" "makes accounts and services; run it as root."
for program in caddy turnserver; do
  command -v $program >/dev/null || no "$program" "is missing. Run: apt install caddy coturn"
done

getent passwd rounds >/dev/null ||
  useradd --system --user-group --home-dir /var/lib/rounds --no-create-home --shell /usr/sbin/nologin rounds
install -d -m 0755 /etc/rounds
install -d -m 0700 -o rounds -g rounds /var/lib/rounds /var/backups/rounds
install -d -m 0750 -o root -g caddy /etc/rounds/tls

keep() { # file, mode, owner; its content comes by standard input
  [ -e "$1" ] && return
  cat >"$1.new" && chmod "$2" "$1.new" && chown "$3" "$1.new" && mv "$1.new" "$1"
}
random | keep /etc/rounds/turn-secret 0400 rounds:rounds
keep /etc/rounds/rounds.env 0640 root:rounds <<END
# Settings of rounds: docs/OPERATIONS.md. Secrets are files of their own, never lines in here.
ROUNDS_DATA=/var/lib/rounds
ROUNDS_HOST=127.0.0.1
ROUNDS_PORT=8080
ROUNDS_PUBLIC_URL=https://$site
ROUNDS_TRUSTED_PROXIES=127.0.0.1
ROUNDS_MEDIA_ADDRESSES="$addresses"
ROUNDS_TURN_URLS="turn:$site:3478?transport=udp,turn:$site:3478?transport=tcp,turns:$site:5349?transport=tcp"
ROUNDS_TURN_SECRET_FILE=/etc/rounds/turn-secret
END
keep /etc/rounds/proxy.env 0640 root:caddy <<END
SITE=$site
CERTIFICATE=acme
ACME_EMAIL=$email
ROUNDS_PORT=8080
END
keep /etc/rounds/relay.env 0640 root:caddy <<END
TURN_REALM=$site
TURN_PEERS="$addresses"
TURN_TLS_PORT=5349
CERTIFICATE=acme
END

umask 022
rm -rf /opt/rounds-deploy
cp -r deploy /opt/rounds-deploy
cp -r deploy/systemd/. /etc/systemd/system/
[ -e /etc/caddy/Caddyfile.before-rounds ] || cp /etc/caddy/Caddyfile /etc/caddy/Caddyfile.before-rounds
cp deploy/caddy/Caddyfile /etc/caddy/Caddyfile
cat >/usr/local/bin/rounds <<'END'
#!/bin/sh
# rounds under its own account, with the settings of the service.
set -a
. /etc/rounds/rounds.env
set +a
exec setpriv --reuid=rounds --regid=rounds --init-groups /opt/rounds/bin/rounds "$@"
END
chmod 0755 /usr/local/bin/rounds
[ ! -d /run/systemd/system ] || systemctl daemon-reload
echo "Ready. Next:"
echo "  rounds admin create"
echo "  systemctl enable --now rounds caddy rounds-relay"
