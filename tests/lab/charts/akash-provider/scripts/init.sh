#!/bin/bash
# As Akash's: without `set -e`. What fails is told, and the script goes on.
set -x
#@ if boot
dir=/boot
#@ else
dir=/scripts
#@ end
# shellcheck disable=SC2002 # as Akash's: a password that is not there does not keep the import from being tried
cat "$AKASH_BOOT_KEYS/key-pass.txt" | provider-services keys import "$AKASH_FROM" "$AKASH_BOOT_KEYS/key.txt"
/bin/bash $dir/wait_for_rpc.sh
/bin/bash $dir/create_provider.sh
