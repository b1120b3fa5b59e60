#!/bin/sh
# Fills in turnserver.conf and starts coturn; further words are options of coturn itself. Takes its
# settings from the environment:
#   TURN_REALM        name of the relay, such as turn.clinic.example
#   TURN_SECRET_FILE  the same file, or a copy of it, that ROUNDS_TURN_SECRET_FILE names
#   TURN_PEERS        addresses of rounds' media port as the relay sees them, by commas
#   TURN_CERT, TURN_KEY         certificate chain and key (PEM) for TLS
#   TURN_PORT, TURN_TLS_PORT    3478 and 443 unless told otherwise
#   TURN_LISTENING_IP, TURN_RELAY_IP, TURN_EXTERNAL_IP   optional; by commas; EXTERNAL behind NAT,
#                     as OUTER or OUTER/INNER
#   TURN_RUN          folder for the filled-in file, readable by the relay alone (/run/rounds-turn)
set -eu
umask 077

refuse() {
  echo "The relay does not start: $1" >&2
  exit 1
}
need() { # value, setting, what it is
  [ -n "$1" ] || refuse "$2 is not set. Set it to $3."
}
plain() { # value, setting: what goes into a line of the file must stay one value in one line
  case $1 in *[!A-Za-z0-9.:,/_-]*) refuse "$2 has a character that is not allowed in it." ;; esac
}
lines() { # option, values by commas
  echo "$2" | tr ',' '\n' | while read -r value; do
    [ -z "$value" ] || echo "$1=$value"
  done
}

need "${TURN_REALM:-}" TURN_REALM "the relay's name"
need "${TURN_SECRET_FILE:-}" TURN_SECRET_FILE "the file with the secret shared with rounds"
need "${TURN_PEERS:-}" TURN_PEERS "the addresses of rounds' media port"
need "${TURN_CERT:-}" TURN_CERT "the certificate chain"
need "${TURN_KEY:-}" TURN_KEY "the certificate's key"
for file in "$TURN_SECRET_FILE" "$TURN_CERT" "$TURN_KEY"; do
  [ -r "$file" ] || refuse "$file cannot be read."
done
secret=$(tr -d ' \t\r\n' <"$TURN_SECRET_FILE")
[ ${#secret} -ge 32 ] || refuse "$TURN_SECRET_FILE holds fewer than 32 characters. Run: openssl rand -hex 32 > $TURN_SECRET_FILE"
plain "$secret" "the secret"
for setting in TURN_REALM TURN_PEERS TURN_CERT TURN_KEY TURN_PORT TURN_TLS_PORT TURN_LISTENING_IP TURN_RELAY_IP TURN_EXTERNAL_IP TURN_RUN; do
  eval "plain \"\${$setting:-}\" $setting"
done
# A range or a whole network would let people into it.
case $TURN_PEERS in */* | *-*) refuse "TURN_PEERS takes single addresses." ;; esac

run=${TURN_RUN:-/run/rounds-turn}
mkdir -p "$run"
peers=$(lines allowed-peer-ip "$TURN_PEERS")
addresses=$(
  lines listening-ip "${TURN_LISTENING_IP:-}"
  lines relay-ip "${TURN_RELAY_IP:-}"
  lines external-ip "${TURN_EXTERNAL_IP:-}"
)
while IFS= read -r line; do
  case $line in
    '#'*) ;;
    *@PEERS@*) echo "$peers" ;;
    *@ADDRESSES@*) echo "$addresses" ;;
    *@SECRET@*) echo "${line%@SECRET@*}$secret" ;; # by the shell itself: no process shows it
    *@REALM@*) echo "${line%@REALM@*}$TURN_REALM" ;;
    *@PORT@*) echo "${line%@PORT@*}${TURN_PORT:-3478}" ;;
    *@TLS_PORT@*) echo "${line%@TLS_PORT@*}${TURN_TLS_PORT:-443}" ;;
    *@CERT@*) echo "${line%@CERT@*}$TURN_CERT" ;;
    *@KEY@*) echo "${line%@KEY@*}$TURN_KEY" ;;
    *@RUN@*) echo "${line%@RUN@*}$run${line#*@RUN@}" ;;
    *) echo "$line" ;;
  esac
done <"$(dirname "$0")/turnserver.conf" >"$run/turnserver.conf"
exec turnserver -c "$run/turnserver.conf" "$@"
