#!/usr/bin/env bash
# Measures nightjar beside Suricata on one capture with one rule file, in one run. Prints CPU-seconds, wall and memory.
#
# usage: speed.sh NIGHTJAR RULES CAPTURE [SURICATA-RUNNER]
#   SURICATA-RUNNER: called as `SURICATA-RUNNER RULES CAPTURE OUTDIR ARGS...`, printing GNU time's line on stderr; left out,
#   nightjar alone is measured. HOME_NET is any, checksums off, EVE alerts and records on.
set -euo pipefail
nightjar=$1 rules=$2 capture=$3 peer=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%%YAML 1.1\n---\nvars:\n  address-groups:\n    HOME_NET: "any"\n    EXTERNAL_NET: "any"\n' >"$work/any.yaml"
# A few packets, to take what loading costs off: an engine does not end at once on a capture without any.
head -c 20000 "$capture" >"$work/short.pcap"
scan() {
  local label=$1 file=$2
  shift 2
  # Closing a file that was cut to nothing before waits for the disk.
  rm -f "$work/eve.json"
  XDG_CACHE_HOME=$work/cache ${pin:-} /usr/bin/time -q -o "$work/time" -f '%U %S %e %M' \
    "$nightjar" scan --no-default-rules --rules "$rules" --suricata-config "$work/any.yaml" --checksums none \
    --db :memory: --eve "$work/eve.json" --eve-types alert,http,dns,tls,flow,fileinfo,anomaly,ssh,smtp --quiet "$@" \
    "$file" >/dev/null 2>"$work/said" || true
  awk -v label="nightjar, $label" '{printf "%-34s %6.2f CPU-s %6.2f s wall %5d MiB\n", label, $1 + $2, $3, $4 / 1024}' \
    "$work/time"
}
scan "cold load" "$work/short.pcap" --jobs 1
scan "cached load" "$work/short.pcap" --jobs 1
scan "--jobs 1" "$capture" --jobs 1
# With --jobs 1 reading and storing have threads of their own: one core is what one core does.
pin="taskset -c 0" scan "--jobs 1, one core" "$capture" --jobs 1
scan "--jobs 2" "$capture" --jobs 2
scan "--jobs 1 --memory 128M" "$capture" --jobs 1 --memory 128M
cat "$work/said"
[ -n "$peer" ] || exit 0
suricata() {
  local label=$1 file=$2
  shift 2
  "$@" "$peer" "$rules" "$file" "$work/out" -k none --runmode single --set vars.address-groups.HOME_NET=any \
    --set vars.address-groups.EXTERNAL_NET=any 2>&1 >/dev/null | tail -n 1 | sed "s/^/Suricata, $label: /"
}
# It has threads beside the one of `--runmode single` too: on one core, and on as many as they want.
suricata "all, one core" "$capture" taskset -c 0
suricata "all" "$capture"
suricata "loading" "$work/short.pcap"
