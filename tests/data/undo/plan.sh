#!/bin/sh
# Made by iplease 0.1.0 (undo -o sh) for cluster lab (uid uid-1), release akash-provider.
# The commands and inputs are those that `iplease undo` would run.
set -eu
cd / # helm takes a folder of the chart's name for the chart
uid=$(kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab get namespace kube-system -o 'jsonpath={.metadata.uid}')
[ "$uid" = uid-1 ] || {
  echo "this script is for another cluster (uid uid-1), not for the one that answers ($uid)" >&2
  exit 7
}

# wait_for LIMIT_SECONDS PATTERN COMMAND...: until the command's output has a matching line
wait_for() {
  limit=$1 pattern=$2
  shift 2
  end=$(($(date +%s) + limit))
  until "$@" 2>/dev/null | grep -E "$pattern" >/dev/null; do
    if [ "$(date +%s)" -ge "$end" ]; then
      echo "gave up after ${limit}s: $*" >&2
      return 1
    fi
    sleep 1
  done
}

# retry_webhook LIMIT_SECONDS COMMAND...: again while MetalLB's webhook does not answer yet
retry_webhook() {
  limit=$1
  shift
  end=$(($(date +%s) + limit))
  input=$(cat)
  until said=$(printf '%s\n' "$input" | "$@" 2>&1); do
    case $said in
      *"failed calling webhook"*) ;;
      *) echo "$said" >&2; return 1 ;;
    esac
    if [ "$(date +%s)" -ge "$end" ]; then
      echo "$said" >&2
      return 1
    fi
    sleep 1
  done
  echo "$said"
}

# create_missing LIMIT_SECONDS COMMAND...: like retry_webhook; what is there already stays as it is
create_missing() {
  if said=$(retry_webhook "$@" 2>&1); then
    echo "$said"
    return 0
  fi
  echo "$said" >&2
  case $said in
    *"(AlreadyExists)"*) ;;
    *) return 1 ;;
  esac
}

# preflight: addresses in use: 0

# 1/11 provider-values/write: provider.yaml without what we set
echo 'e8c0b3ac934ca6e4f4cab8ec82e8a058f9ac785e6605945905bb0cfd7fabef77  provider.yaml' | sha256sum -c - >/dev/null
cp -p provider.yaml provider.yaml.before-iplease
sed -i -f - provider.yaml <<'IPLEASE_END'
5d
6d
7d
8d
9d
10d
11d
12d
IPLEASE_END

# 2/11 provider/upgrade: the values of release akash-provider without what we set
[ "$(sha256sum <provider.yaml)" = 'f760de82d845160e8cc9c29414982729e369018c8c8c2a8a92ee99f779fb5903  -' ] || {
  echo 'IPL-VAL-012: provider.yaml does not hold what was planned' >&2
  exit 12
}
helm --kubeconfig /etc/kubernetes/admin.conf --kube-context lab upgrade akash-provider provider --repo https://akash-network.github.io/helm-charts --version 19.0.2 --namespace akash-services -f provider.yaml

# 3/11 provider/ready: wait until statefulset/akash-provider is ready
kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab --namespace akash-services rollout status statefulset/akash-provider --timeout=600s

# 4/11 provider/revision: the running pod is of the new revision
wait_for 60 '^([^ ]+) \1$' kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab get --namespace akash-services statefulset/akash-provider pod/akash-provider-0 -o 'jsonpath={.items[0].status.updateRevision} {.items[1].metadata.labels.controller-revision-hash}'

# 5/11 provider/environment: AKASH_IP_OPERATOR is false inside the pod
wait_for 60 '^false$' kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab --namespace akash-services exec akash-provider-0 -c provider -- printenv AKASH_IP_OPERATOR

# 6/11 provider/status: 8443/status answers (through the API server)
wait_for 600 '"cluster"' kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab get --raw /api/v1/namespaces/akash-services/services/https:akash-provider:8443/proxy/status

# 7/11 ip-operator/uninstall: release akash-ip-operator is as we installed it
helm --kubeconfig /etc/kubernetes/admin.conf --kube-context lab uninstall akash-ip-operator --namespace akash-services --wait --timeout 180s

# verify: no Service of a verification is there

# 8/11 pool/advertisement-remove: L2Advertisement l2advertisement1 is as we made it
retry_webhook 180 kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab --namespace metallb-system delete l2advertisements.metallb.io l2advertisement1 --ignore-not-found

# 9/11 pool/remove: IPAddressPool default is as we made it
retry_webhook 180 kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab --namespace metallb-system delete ipaddresspools.metallb.io default --ignore-not-found

# 10/11 expose/remove: Service controller is as we made it
kubectl --kubeconfig /etc/kubernetes/admin.conf --context lab --namespace metallb-system delete service controller --ignore-not-found

# 11/11 metallb/uninstall: release metallb is as we installed it
helm --kubeconfig /etc/kubernetes/admin.conf --kube-context lab uninstall metallb --namespace metallb-system --wait --timeout 300s

# strict-arp: nothing of ours

echo 'stays: namespace metallb-system: not empty: ConfigMap mine' >&2

# namespace: stays as it is
