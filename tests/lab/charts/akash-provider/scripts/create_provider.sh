#!/bin/bash
# Writes the provider's public description and, when it differs from what the
# chain has, sends the update. The chain is the stand-in's file.
set -e
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
if [ "$(provider-services query provider get "$AKASH_FROM" 2>/dev/null)" = "$(cat /config/provider.yaml)" ]; then
  echo "the chain is up to date"
else
  provider-services tx provider update /config/provider.yaml
fi
