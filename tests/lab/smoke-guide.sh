#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# IP leases by hand: the commands of Akash's enablement guide, plus the waits that it forgets, and with the IP operator
# before the provider. Does not use iplease. Ends when a client host has opened http://ADDRESS/ and got exactly one ARP
# answer for ADDRESS. Benchmarks compare with this script, so each phase is timed.
#
#   tests/lab/smoke-guide.sh [--json]     on a fresh lab (./dev lab up, or reset)
#
# --json: one line per phase, {"phase": ..., "seconds": ...}, and nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lab=$here/labctl
json=false
inside=false
for argument in "$@"; do
  case $argument in
    --json) json=true ;;
    --inside) inside=true ;; # already on the node's network
    *) echo "smoke-guide.sh: unknown argument $argument" >&2; exit 2 ;;
  esac
done
charts=http://127.0.0.1:8879
pool=203.0.113.100-203.0.113.120

began=
phase() { # NAME: ends the previous phase
  local now=$EPOCHREALTIME
  if [ -n "$began" ]; then
    local took
    took=$(awk "BEGIN {printf \"%.3f\", $now - $began}")
    if $json; then printf '{"phase": "%s", "seconds": %s}\n' "$name" "$took"
    else printf '%-12s %7s s\n' "$name" "$took"; fi
  fi
  began=$EPOCHREALTIME
  name=${1:-}
}
quiet() { "$@" >/dev/null; }
die() { echo "smoke-guide.sh: $*" >&2; exit 1; }
until_ok() { # SECONDS WHAT COMMAND...
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || die "$what: not within the time; last: $("$@" 2>&1 | tail -n 1)"
    sleep 0.2
  done
}
usage_is() { # COUNT
  kubectl get --raw /api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/usage \
    | grep -q "\"Available\":$1,"
}
has_address() {
  kubectl -n smoke get service web -o jsonpath='{.status.loadBalancer.ingress[0].ip}' | grep -q .
}

on_the_node() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"

  phase namespace
  quiet kubectl create ns metallb-system
  quiet kubectl label ns metallb-system pod-security.kubernetes.io/enforce=privileged \
    pod-security.kubernetes.io/audit=privileged pod-security.kubernetes.io/warn=privileged

  phase metallb
  quiet helm repo add metallb $charts/metallb
  # The only node, made by kubeadm, has the exclude label. The lab has no image of FRR.
  quiet helm -n metallb-system install metallb metallb/metallb --version 0.14.8 \
    --set speaker.ignoreExcludeLB=true --set speaker.frr.enabled=false --wait

  phase expose
  quiet kubectl -n metallb-system expose deployment metallb-controller --name=controller \
    --overrides='{"spec":{"ports":[{"protocol":"TCP","name":"monitoring","port":7472}]}}'

  phase pool
  cat > metallb-config.yaml <<YAML
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata:
  name: default
  namespace: metallb-system
spec:
  addresses:
    - $pool
  autoAssign: true
  avoidBuggyIPs: false
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata:
  name: l2advertisement1
  namespace: metallb-system
spec:
  ipAddressPools:
    - default
YAML
  until_ok 60 "the pool" kubectl apply -f metallb-config.yaml

  phase ip-operator
  local release version address
  release=$(helm -n akash-services list -o json)
  version=$(grep -o '"chart":"provider-[^"]*' <<<"$release" | cut -d- -f2)
  [ -n "$version" ] || die "no release akash-provider: is the lab up with a provider?"
  helm -n akash-services get values akash-provider | grep -v ^USER > provider.yaml
  address=$(sed -n 's/^from: //p' provider.yaml)
  quiet helm repo add akash $charts/akash
  quiet helm -n akash-services install akash-ip-operator akash/akash-ip-operator --version "$version" \
    --set provider_address="$address" --wait
  until_ok 60 "the IP operator's /usage" usage_is 21

  phase provider
  sed -i -e 's/^attributes:$/&\n- key: ip-lease\n  value: "true"/' -e '/^ipoperator:/d' provider.yaml
  echo 'ipoperator: true' >> provider.yaml
  quiet helm upgrade akash-provider akash/provider -n akash-services --version "$version" -f provider.yaml
  quiet kubectl -n akash-services rollout status statefulset/akash-provider --timeout=120s
  [ "$(kubectl -n akash-services exec akash-provider-0 -c provider -- printenv AKASH_IP_OPERATOR)" = true ] \
    || die "the provider's pod does not have AKASH_IP_OPERATOR=true"
  until_ok 60 "8443/status" curl -ksf -m 5 -o /dev/null "https://${IPLEASE_LAB_NODE_IP:-203.0.113.10}:8443/status"

  phase service
  quiet kubectl create ns smoke
  quiet kubectl -n smoke apply -f "$here/akash/web.yaml"
  until_ok 60 "an address for the Service" has_address
  quiet kubectl -n smoke rollout status deployment/web --timeout=60s
  phase
  $json || echo "address      $(kubectl -n smoke get service web -o jsonpath='{.status.loadBalancer.ingress[0].ip}')"
}

from_the_client() {
  local address link answers
  address=$("$lab" shell -- kubectl -n smoke get service web -o 'jsonpath={.status.loadBalancer.ingress[0].ip}')
  case $address in 203.0.113.1[01][0-9] | 203.0.113.120) ;; *) die "$address is not in the pool" ;; esac
  client() { "$lab" client -- "$@"; }

  phase curl
  until_ok 30 "http://$address/ from the client" client curl -sf -m 2 -o /dev/null "http://$address/"

  phase arp
  link=$(client ip -o -4 addr show to 203.0.113.200 | awk '{print $2}')
  # -b broadcasts each request: three requests, three answers, one sender.
  answers=$(client arping -b -c 3 -w 5 -I "${link%@*}" "$address" | grep -o '\[[0-9A-F:]*\]' || true)
  [ "$(wc -l <<<"$answers")" = 3 ] || die "3 ARP requests for $address had these answers: ${answers:-none}"
  [ "$(sort -u <<<"$answers" | wc -l)" = 1 ] || die "several hosts answer for $address: $answers"
  phase
}

if $inside; then
  on_the_node
  exit 0
fi
option=--inside
if $json; then option="--inside --json"; fi
# shellcheck disable=SC2086
"$lab" shell -- "$here/smoke-guide.sh" $option
from_the_client
$json || echo "smoke: good"
