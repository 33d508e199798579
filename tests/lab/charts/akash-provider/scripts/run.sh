#!/bin/bash
#@ if boot
# The liveness probe reads this file. The trap: a shell that is process 1 takes no signal without one.
trap 'exit 143' TERM
provider-services run 2>&1 | tee /tmp/provider.log &
wait
#@ else
exec provider-services run
#@ end
