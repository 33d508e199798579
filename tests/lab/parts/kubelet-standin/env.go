// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// environment resolves a container's variables, as they are at this moment: a
// restarted container sees what its ConfigMaps say then.
func (p *Pod) environment(ctx context.Context, container *core.Container, image Image) ([]string, error) {
	var names []string
	values := map[string]string{}
	set := func(name, value string) {
		if _, known := values[name]; !known {
			names = append(names, name)
		}
		values[name] = value
	}
	for _, entry := range image.Env {
		name, value, _ := strings.Cut(entry, "=")
		set(name, value)
	}
	set("HOSTNAME", p.hostname())
	set("KUBERNETES_SERVICE_HOST", "10.96.0.1")
	set("KUBERNETES_SERVICE_PORT", "443")
	for _, source := range container.EnvFrom {
		data, err := p.envSource(ctx, source)
		if err != nil {
			return nil, err
		}
		for name, value := range data {
			set(source.Prefix+name, value)
		}
	}
	for _, variable := range container.Env {
		value, given, err := p.envValue(ctx, variable)
		if err != nil {
			return nil, err
		}
		if given {
			set(variable.Name, expand(value, values))
		}
	}
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = name + "=" + values[name]
	}
	return list, nil
}

func (p *Pod) envSource(ctx context.Context, source core.EnvFromSource) (map[string]string, error) {
	switch {
	case source.ConfigMapRef != nil:
		return p.configMap(ctx, source.ConfigMapRef.Name, isTrue(source.ConfigMapRef.Optional))
	case source.SecretRef != nil:
		return p.secret(ctx, source.SecretRef.Name, isTrue(source.SecretRef.Optional))
	}
	return nil, nil
}

func (p *Pod) envValue(ctx context.Context, variable core.EnvVar) (value string, given bool, err error) {
	from := variable.ValueFrom
	if from == nil {
		return variable.Value, true, nil
	}
	pick := func(kind, name, key string, optional *bool, data map[string]string, err error) (string, bool, error) {
		if err != nil {
			return "", false, err
		}
		value, found := data[key]
		if !found && !isTrue(optional) {
			return "", false, fmt.Errorf("couldn't find key %s in %s %s/%s", key, kind, p.object.Namespace, name)
		}
		return value, found, nil
	}
	switch {
	case from.FieldRef != nil:
		return p.field(from.FieldRef.FieldPath), true, nil
	case from.ConfigMapKeyRef != nil:
		ref := from.ConfigMapKeyRef
		data, err := p.configMap(ctx, ref.Name, isTrue(ref.Optional))
		return pick("ConfigMap", ref.Name, ref.Key, ref.Optional, data, err)
	case from.SecretKeyRef != nil:
		ref := from.SecretKeyRef
		data, err := p.secret(ctx, ref.Name, isTrue(ref.Optional))
		return pick("Secret", ref.Name, ref.Key, ref.Optional, data, err)
	}
	return "", false, nil
}

func (p *Pod) field(path string) string {
	fixed := map[string]string{
		"metadata.name":           p.object.Name,
		"metadata.namespace":      p.object.Namespace,
		"metadata.uid":            string(p.uid),
		"spec.nodeName":           p.agent.settings.Node,
		"spec.serviceAccountName": p.object.Spec.ServiceAccountName,
		"status.hostIP":           p.agent.settings.Address,
		"status.hostIPs":          p.agent.settings.Address,
		"status.podIP":            p.address,
		"status.podIPs":           p.address,
	}
	if value, known := fixed[path]; known {
		return value
	}
	for prefix, from := range map[string]map[string]string{
		"metadata.labels['": p.object.Labels, "metadata.annotations['": p.object.Annotations,
	} {
		if key, ok := strings.CutPrefix(path, prefix); ok {
			return from[strings.TrimSuffix(key, "']")]
		}
	}
	return ""
}

func (p *Pod) configMap(ctx context.Context, name string, optional bool) (map[string]string, error) {
	found, err := p.agent.client.CoreV1().ConfigMaps(p.object.Namespace).Get(ctx, name, meta.GetOptions{})
	if errors.IsNotFound(err) && optional {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data := map[string]string{}
	for key, value := range found.BinaryData {
		data[key] = string(value)
	}
	for key, value := range found.Data {
		data[key] = value
	}
	return data, nil
}

func (p *Pod) secret(ctx context.Context, name string, optional bool) (map[string]string, error) {
	found, err := p.agent.client.CoreV1().Secrets(p.object.Namespace).Get(ctx, name, meta.GetOptions{})
	if errors.IsNotFound(err) && optional {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data := map[string]string{}
	for key, value := range found.Data {
		data[key] = string(value)
	}
	return data, nil
}

var reference = regexp.MustCompile(`\$\$|\$\(([-._a-zA-Z0-9]+)\)`)

// expand replaces $(NAME) as Kubernetes does: an unknown name stays as it is.
func expand(text string, values map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$$" {
			return "$"
		}
		if value, known := values[found[2:len(found)-1]]; known {
			return value
		}
		return found
	})
}

func isTrue(flag *bool) bool { return flag != nil && *flag }
