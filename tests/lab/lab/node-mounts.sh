#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs in a node's new mount, network, uts and ipc namespaces. Hides this machine's own cluster files behind the node's,
# then becomes the process that holds the namespaces.
# Usage: node-mounts.sh NAME RUN_DIR DATA_DIR INIT CACHE_DIR
set -euo pipefail
name=$1 run=$2 data=$3 init=$4 cache=$5

hostname "$name"
mount --make-rshared / # the kubelet must see the containers' mounts; still private to this namespace

mkdir -p "$data"/{etc-upper,etc-work,kubernetes,cni,kubelet,etcd,containerd,pod-logs}
rm -rf "$data"/etc-work "$data"/etc-upper
mkdir -p "$data"/etc-{work,upper}
printf 'nameserver 203.0.113.200\n' >"$data/etc-upper/resolv.conf" # nothing answers there, so lookups fail fast
printf '%s\n' "$name" >"$data/etc-upper/hostname"

# Open directory handles survive the mounts that hide these paths below.
exec 10<"$run" 11<"$data" 12<"$cache"
# /root: pods mount folders below it from "the host".
for hidden in /run /var/lib /var/log /root; do
  mount -t tmpfs -o mode=0755 tmpfs "$hidden"
done
give_back() { # FD PATH
  mkdir -p "$2"
  mount --no-canonicalize --bind "/proc/self/fd/$1" "$2"
}
give_back 10 "$run"
give_back 11 "$data"
case $cache in /run/* | /var/lib/* | /var/log/* | /root/*) give_back 12 "$cache" ;; esac
exec 10<&- 11<&- 12<&-

mount -t overlay -o "lowerdir=/etc,upperdir=$data/etc-upper,workdir=$data/etc-work" overlay /etc
over() { # SOURCE TARGET
  mkdir -p "$2"
  mount --bind "$1" "$2"
}
over "$data/kubernetes" /etc/kubernetes
over "$data/cni" /etc/cni/net.d
over "$data/kubelet" /var/lib/kubelet
mount --make-rshared /var/lib/kubelet
over "$data/etcd" /var/lib/etcd
over "$data/containerd" /var/lib/containerd
over "$data/pod-logs" /var/log/pods
mkdir -p /run/netns /run/lock /var/log/containers

# A shortcut of the lab: the time that the provider's init script sleeps, in place of 10 and 15 s. Pods see it as
# /config/standin-pace. Without it they sleep as long as Akash's do.
mkdir -p /root/.akash/k8s-config
echo 0.2 >/root/.akash/k8s-config/standin-pace

# The kubelet sets these for the whole machine, unless they already have the values it wants.
mkdir -p /run/lab-sysctl
while read -r key value; do
  [ -e "/proc/sys/$key" ] || continue
  file=/run/lab-sysctl/${key//\//.}
  printf '%s\n' "$value" >"$file"
  mount --bind "$file" "/proc/sys/$key"
done <<'END'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END

# These belong to the node's network namespace.
echo 1 >/proc/sys/net/ipv4/ip_forward
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
  echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
fi

exec "$init"
