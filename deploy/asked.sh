# For the two that set a machine up: reads SITE EMAIL [ADDRESS,…] into site, email and addresses.
# What is none of these ends the program with status 2 before anything is made.

[ $# -ge 2 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
site=$1 email=$2

no() { printf '%s %s\n' "$1" "$2" >&2; exit 2; }
case $site in *[!a-z0-9.-]* | .* | -* | '') no "$site" "is not the name of a host, in small letters." ;; esac
case $email in *[!A-Za-z0-9.@+_-]* | @* | *@) no "$email" "is not an e-mail address." ;; esac
case $email in *@*) ;; *) no "$email" "is not an e-mail address." ;; esac

ours() { # all that reach further than this link, but not the bridges of containers
  ip -o addr show up scope global |
    awk '$2 !~ /^(docker|br-|veth|virbr)/ && !/temporary|deprecated/ { sub("/.*", "", $4); print $4 }' |
    paste -sd, -
}
addresses=${3:-$(ours)}
case $addresses in *[!0-9a-fA-F.:,]*) no "$addresses" "is not a list of addresses, by commas." ;; esac
[ -n "$addresses" ] || no "No address" "of this machine was found; name it as the third word."

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
