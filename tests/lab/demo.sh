#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev demo: from nothing to a leased address that answers on a second host, on a real local cluster.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dev=$top/dev

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

say "1. build iplease and the parts of a real cluster (minutes the first time, seconds later)"
iplease=$("$dev" build | tail -n 1)
"$dev" lab build

say "2. bring up a real kubeadm node with an Akash provider (the provider program is a stand-in)"
"$dev" lab up

say "3. the plan: every command, nothing changed"
"$dev" lab shell -- "$iplease" plan

say "4. do it"
"$dev" lab shell -- "$iplease" enable --yes

# Announcing the address and telling kube-proxy takes a second or two, hence the retries.
say "5. lease an address as a tenant's Service would, and ask it from the second host"
told=$("$dev" lab shell -- "$iplease" verify --keep)
printf '%s\n' "$told"
address=$(printf '%s\n' "$told" | grep -Eo '203\.0\.113\.[0-9]+' | head -n 1)
"$dev" lab client -- curl -ks --retry 10 --retry-delay 1 --retry-all-errors --max-time 10 -w '\nHTTP %{http_code} from '"$address"', seen from another host\n' \
  "https://$address:8443/status"

say "6. again: nothing to do but to remove that Service"
"$dev" lab shell -- "$iplease" enable --yes

say "7. the pool and everything behind it, as it is now"
"$dev" lab shell -- "$iplease" status

cat <<END

Look around:  eval "\$($dev lab env)"; kubectl get pods -A; iplease is $iplease
Fresh again:  $dev lab reset        End it:  $dev lab down
END
