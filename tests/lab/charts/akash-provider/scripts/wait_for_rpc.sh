#!/bin/bash
# Waits for the RPC node, for ever: 15 s between two tries, or what the lab says (standin-pace).
pause=$(cat /config/standin-pace 2>/dev/null || echo 15)
until curl -s "$AKASH_NODE/status" | grep -q '"catching_up":false'; do
  sleep "$pause"
  echo "Akash node not ready. Retrying"
done
