#!/bin/bash
# Writes the provider's public description and, when it differs from what the
# chain has, sends the update. The chain is the stand-in's file.
cat > /config/provider.yaml <<EOT
host: https://provider.{{ .Values.domain }}:8443
info:
  email: {{ .Values.email }}
  website: {{ .Values.website }}
attributes:
{{- range .Values.attributes }}
  - key: {{ .key }}
    value: {{ .value }}
{{- end }}
EOT

address=$(provider-services keys show "$AKASH_FROM" -a)
if [ -z "$address" ]; then
  echo "PROVIDER_ADDRESS variable is empty. Something went wrong"
  exit 1
fi
if ! provider-services query provider get "$address" -o json; then
  echo "Could not find provider: $address on the blockchain when querying Akash RPC node: $AKASH_NODE"
  provider-services tx provider create /config/provider.yaml
fi

echo "Checking whether provider.yaml needs to be updated on the chain ..."
if [ "$(provider-services query provider get "$address" -o text)" != "$(cat /config/provider.yaml)" ]; then
  echo "Updating provider info in the blockchain in 10 seconds ..."
  sleep "$(cat /config/standin-pace 2>/dev/null || echo 10)"
  provider-services tx provider update /config/provider.yaml
fi
