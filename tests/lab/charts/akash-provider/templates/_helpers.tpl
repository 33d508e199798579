{{- define "provider.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 63 }}
{{- else if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 63 }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 }}
{{- end }}
{{- end }}

{{/* The ConfigMap of the scripts, which had three names in its life. */}}
{{- define "provider.scriptsName" -}}
#@ if boot
{{ include "provider.fullname" . }}-boot
#@ end
#@ if plural
{{ include "provider.fullname" . }}-scripts
#@ end
#@ if main
{{ include "provider.fullname" . }}-script
#@ end
{{- end }}
#@ if claim

{{/* An attribute can name the class of persistent storage; else it is the chart's own. */}}
{{- define "provider.storageClass" -}}
{{- $class := .Values.letsEncrypt.storage.storageClass | default (printf "%s-local-storage" (include "provider.fullname" .)) }}
{{- range $persistent := .Values.attributes }}
{{- if and (hasPrefix "capabilities/storage/" $persistent.key) (hasSuffix "/persistent" $persistent.key) (eq (toString $persistent.value) "true") }}
{{- range $.Values.attributes }}
{{- if eq .key (printf "%s/class" (trimSuffix "/persistent" $persistent.key)) }}{{ $class = .value }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- $class }}
{{- end }}
#@ end

{{- define "provider.selectorLabels" -}}
app.kubernetes.io/name: provider
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "provider.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "provider.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "provider.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* One line per setting, NAME: value. Used for ConfigMap -main and, as a list, for the StatefulSet's env. */}}
{{- define "provider.settings" -}}
AKASH_DEBUG: {{ .Values.debug | toString | quote }}
AKASH_BOOT_KEYS: "/boot-keys"
AKASH_HOME: {{ .Values.home | quote }}
AKASH_FROM: "{{ .Values.from }}"
AKASH_NODE: "{{ .Values.node }}"
AKASH_CHAIN_ID: "{{ .Values.chainid }}"
AKASH_KEYRING_BACKEND: "{{ .Values.keyringbackend }}"
AKASH_VERSION: "{{ include "provider.tag" . }}"
AKASH_YES: "true"
AKASH_LOG_LEVEL: "info"
AKASH_IP_OPERATOR: "{{ .Values.ipoperator }}"
AKASH_DEPLOYMENT_INGRESS_DOMAIN: "ingress.{{ .Values.domain }}"
DEPLOYMENT_NETWORK_POLICIES_ENABLED: "{{ .Values.deploymentnetworkpoliciesenabled }}"
AKASH_CLUSTER_NODE_PORT_QUANTITY: "{{ .Values.cluster_node_port_quantity }}"
AKASH_GAS_PRICES: "{{ .Values.gasprices }}"
AKASH_GAS: "{{ .Values.gas }}"
AKASH_GAS_ADJUSTMENT: "{{ .Values.gasadjustment }}"
AKASH_CLUSTER_PUBLIC_HOSTNAME: "provider.{{ .Values.domain }}"
AKASH_BID_PRICE_STRATEGY: "{{ ternary "scale" "shellScript" (empty .Values.bidpricescript) }}"
{{- if .Values.bidpricescript }}
#@ if boot
AKASH_BID_PRICE_SCRIPT_PATH: "/boot/price_script.sh"
#@ else
AKASH_BID_PRICE_SCRIPT_PATH: "/scripts/price_script.sh"
#@ end
{{- end }}
AKASH_BID_PRICE_IP_SCALE: "{{ .Values.bidpriceipscale }}"
AKASH_CLUSTER_K8S: "true"
AKASH_WITHDRAWAL_PERIOD: "{{ .Values.withdrawalperiod }}"
AKASH_MINIMUM_BALANCE: "{{ .Values.minimumbalance }}"
AKASH_BID_DEPOSIT: "{{ .Values.bidmindeposit }}"
{{- end }}

{{/* The settings that a bid script reads: only those that are given. */}}
{{- define "provider.pricing" -}}
{{- range $name := tuple "whitelist_url" "price_target_cpu" "price_target_memory" "price_target_endpoint" "price_target_ip" "price_target_hd_ephemeral" "price_target_hd_pers_hdd" "price_target_hd_pers_ssd" "price_target_hd_pers_nvme" "price_target_gpu_mappings" }}
{{- with index $.Values $name }}
{{ upper $name }}: "{{ . }}"
{{- end }}
{{- end }}
{{- end }}

{{- define "provider.env" -}}
{{- range $name, $value := merge (include "provider.settings" . | fromYaml) (include "provider.pricing" . | fromYaml) }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "provider.scripts" -}}
{{- range tuple "init.sh" "wait_for_rpc.sh" "run.sh" "create_provider.sh" "liveness_checks.sh" }}
{{ . }}: |
{{ tpl ($.Files.Get (printf "scripts/%s" .)) $ | indent 2 }}
{{- end }}
{{- if .Values.bidpricescript }}
price_script.sh: |
{{ .Values.bidpricescript | b64dec | indent 2 }}
{{- end }}
{{- end }}
