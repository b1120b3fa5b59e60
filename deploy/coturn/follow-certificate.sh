#!/bin/sh
# Runs a relay with the proxy's certificate: waits until there is one, and tells it of each new one.
#   CERTIFICATE   acme: the one that the proxy keeps for TURN_REALM below CERTIFICATES;
#                 file: chain.pem and key.pem in CERTIFICATE_FOLDER (/etc/rounds/tls)
#   LOOK_EVERY    seconds between two looks (60)
set -eu

find_certificate() { # the newest one, for a proxy that changed its authority keeps the old one too
  if [ "${CERTIFICATE:-acme}" = file ]; then
    TURN_CERT=${CERTIFICATE_FOLDER:-/etc/rounds/tls}/chain.pem
    TURN_KEY=${CERTIFICATE_FOLDER:-/etc/rounds/tls}/key.pem
  else
    TURN_CERT=$(find "$CERTIFICATES" -name "$TURN_REALM.crt" -exec ls -t {} + 2>/dev/null | head -n 1)
    TURN_KEY=${TURN_CERT%.crt}.key
  fi
  [ -s "$TURN_CERT" ] && [ -s "$TURN_KEY" ]
}
seen() { cksum "$TURN_CERT" "$TURN_KEY" 2>/dev/null || true; }
rest() { sleep "${LOOK_EVERY:-60}" & wait $!; }

trap 'exit 0' TERM INT
find_certificate || echo "The relay waits for the certificate of $TURN_REALM." >&2
until find_certificate; do rest; done
export TURN_CERT TURN_KEY
known=$(seen)

"$@" &
relay=$!
trap 'kill -TERM $relay 2>/dev/null' TERM INT
while kill -0 $relay 2>/dev/null; do
  rest
  if [ "$(seen)" != "$known" ] && [ -n "$(seen)" ]; then
    known=$(seen)
    echo "The relay takes the new certificate of $TURN_REALM." >&2
    kill -USR2 $relay || true
  fi
done
wait $relay
