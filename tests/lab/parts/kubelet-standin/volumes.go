// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	authentication "k8s.io/api/authentication/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (p *Pod) volumePath(name string) string { return filepath.Join(p.dir, "volumes", name) }

// mounts tells whether a ConfigMap or Secret is one of the pod's volumes.
func (p *Pod) mounts(name string, secret bool) bool {
	for _, volume := range p.object.Spec.Volumes {
		switch {
		case secret && volume.Secret != nil && volume.Secret.SecretName == name:
			return true
		case !secret && volume.ConfigMap != nil && volume.ConfigMap.Name == name:
			return true
		}
	}
	return false
}

// writeVolumes fills the pod's volumes; called again when a source changes.
func (p *Pod) writeVolumes(ctx context.Context) error {
	p.volumes.Lock()
	defer p.volumes.Unlock()
	for i := range p.object.Spec.Volumes {
		volume := &p.object.Spec.Volumes[i]
		if err := p.writeVolume(ctx, volume); err != nil {
			return fmt.Errorf("volume %s: %w", volume.Name, err)
		}
	}
	return nil
}

func (p *Pod) writeVolume(ctx context.Context, volume *core.Volume) error {
	switch {
	case volume.ConfigMap != nil:
		source := volume.ConfigMap
		data, err := p.configMap(ctx, source.Name, isTrue(source.Optional))
		return p.project(volume.Name, data, source.Items, source.DefaultMode, err)
	case volume.Secret != nil:
		source := volume.Secret
		data, err := p.secret(ctx, source.SecretName, isTrue(source.Optional))
		return p.project(volume.Name, data, source.Items, source.DefaultMode, err)
	case volume.Projected != nil:
		return p.writeProjected(ctx, volume.Name, volume.Projected)
	case volume.EmptyDir != nil:
		if err := os.MkdirAll(p.volumePath(volume.Name), 0o777); err != nil {
			return err
		}
		return os.Chmod(p.volumePath(volume.Name), 0o777)
	case volume.PersistentVolumeClaim != nil:
		return p.linkClaim(ctx, volume.Name, volume.PersistentVolumeClaim.ClaimName)
	case volume.HostPath != nil:
		return p.linkHost(volume.Name, volume.HostPath)
	}
	return fmt.Errorf("a kind that the STAND-IN does not know")
}

func (p *Pod) writeProjected(ctx context.Context, name string, projected *core.ProjectedVolumeSource) error {
	for _, source := range projected.Sources {
		var data map[string]string
		var items []core.KeyToPath
		var err error
		switch {
		case source.ServiceAccountToken != nil:
			data, err = p.token(ctx, source.ServiceAccountToken)
		case source.ConfigMap != nil:
			items = source.ConfigMap.Items
			data, err = p.configMap(ctx, source.ConfigMap.Name, isTrue(source.ConfigMap.Optional))
		case source.Secret != nil:
			items = source.Secret.Items
			data, err = p.secret(ctx, source.Secret.Name, isTrue(source.Secret.Optional))
		case source.DownwardAPI != nil:
			data = map[string]string{}
			for _, item := range source.DownwardAPI.Items {
				if item.FieldRef != nil {
					data[item.Path] = p.field(item.FieldRef.FieldPath)
				}
			}
		}
		if err := p.project(name, data, items, projected.DefaultMode, err); err != nil {
			return err
		}
	}
	return nil
}

// token is asked for once: it outlives every test.
func (p *Pod) token(ctx context.Context, source *core.ServiceAccountTokenProjection) (map[string]string, error) {
	if p.tokens[source.Path] == "" {
		request := &authentication.TokenRequest{Spec: authentication.TokenRequestSpec{
			ExpirationSeconds: source.ExpirationSeconds,
			BoundObjectRef: &authentication.BoundObjectReference{
				Kind: "Pod", APIVersion: "v1", Name: p.object.Name, UID: p.uid},
		}}
		if source.Audience != "" {
			request.Spec.Audiences = []string{source.Audience}
		}
		answer, err := p.agent.client.CoreV1().ServiceAccounts(p.object.Namespace).CreateToken(
			ctx, p.object.Spec.ServiceAccountName, request, meta.CreateOptions{})
		if err != nil {
			return nil, err
		}
		p.tokens[source.Path] = answer.Status.Token
	}
	return map[string]string{source.Path: p.tokens[source.Path]}, nil
}

// project writes files of a volume, each whole or not at all.
func (p *Pod) project(volume string, data map[string]string, items []core.KeyToPath, mode *int32, err error) error {
	if err != nil {
		return err
	}
	folder := p.volumePath(volume)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	paths := map[string]string{}
	for key := range data {
		if len(items) == 0 {
			paths[key] = key
		}
	}
	for _, item := range items {
		paths[item.Key] = item.Path
	}
	bits := os.FileMode(0o644)
	if mode != nil {
		bits = os.FileMode(*mode) | 0o444 // who the container runs as must be able to read it
	}
	for key, path := range paths {
		value, found := data[key]
		if !found {
			return fmt.Errorf("references non-existent config key: %s", key)
		}
		if err := writeWhole(filepath.Join(folder, path), value, bits); err != nil {
			return err
		}
	}
	return nil
}

func writeWhole(file, content string, bits os.FileMode) error {
	if old, err := os.ReadFile(file); err == nil && string(old) == content {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	fresh := file + ".new"
	if err := os.WriteFile(fresh, []byte(content), bits); err != nil {
		return err
	}
	if err := os.Chmod(fresh, bits); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}

func (p *Pod) linkClaim(ctx context.Context, name, claimName string) error {
	claim, err := p.agent.client.CoreV1().PersistentVolumeClaims(p.object.Namespace).Get(ctx, claimName, meta.GetOptions{})
	if err != nil {
		return err
	}
	volume, err := p.agent.client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, meta.GetOptions{})
	if err != nil {
		return err
	}
	if volume.Spec.HostPath == nil {
		return fmt.Errorf("claim %s: only hostPath volumes are known to the STAND-IN", claimName)
	}
	return p.linkHost(name, volume.Spec.HostPath)
}

// linkHost makes what is missing: "the host" is the node, whose files are the lab's.
func (p *Pod) linkHost(name string, source *core.HostPathVolumeSource) error {
	kind := core.HostPathUnset
	if source.Type != nil {
		kind = *source.Type
	}
	if _, err := os.Stat(source.Path); err != nil {
		switch kind {
		case core.HostPathFileOrCreate:
			if err := writeWhole(source.Path, "", 0o644); err != nil {
				return err
			}
		case core.HostPathDirectory, core.HostPathFile, core.HostPathSocket:
			return err
		default:
			if err := os.MkdirAll(source.Path, 0o755); err != nil {
				return err
			}
		}
	}
	link := p.volumePath(name)
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		return err
	}
	_ = os.Remove(link)
	return os.Symlink(source.Path, link)
}
