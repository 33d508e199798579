#!/bin/bash
if ! timeout 30 curl -o /dev/null -fsk https://127.0.0.1:8443/status; then
  echo "api /status check failed"
  exit 1
fi
if ! timeout 30 curl -kv --http2-prior-knowledge https://127.0.0.1:8444 2>&1 | grep -qi 'application/grpc'; then
  echo "gRPC check failed"
  exit 1
fi
echo "All checks passed"
