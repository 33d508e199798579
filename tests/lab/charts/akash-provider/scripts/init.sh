#!/bin/bash
set -e
provider-services keys import "$AKASH_FROM" "$AKASH_BOOT_KEYS/key.txt" < "$AKASH_BOOT_KEYS/key-pass.txt"
#@ if boot
/bin/bash /boot/create_provider.sh
#@ else
/bin/bash /scripts/create_provider.sh
#@ end
