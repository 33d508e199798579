// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"runtime"
	"strings"
	"time"

	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

const (
	kubeletPort    = 10250
	leaseNamespace = "kube-node-lease"
	leaseSeconds   = 40
)

// nodeLabels are those of the one node of a kubeadm cluster: MetalLB reads the
// last one.
func nodeLabels(name string) map[string]string {
	return map[string]string{
		"kubernetes.io/hostname":                                  name,
		"kubernetes.io/os":                                        "linux",
		"kubernetes.io/arch":                                      runtime.GOARCH,
		"beta.kubernetes.io/os":                                   "linux",
		"beta.kubernetes.io/arch":                                 runtime.GOARCH,
		"node-role.kubernetes.io/control-plane":                   "",
		"node.kubernetes.io/exclude-from-external-load-balancers": "",
	}
}

func registerNode(ctx context.Context, agent *Agent) error {
	nodes := agent.client.CoreV1().Nodes()
	name := agent.settings.Node
	node := &core.Node{ObjectMeta: meta.ObjectMeta{Name: name, Labels: nodeLabels(name)}}
	node.Spec.PodCIDR = agent.settings.Subnet + ".0/24"
	node.Spec.PodCIDRs = []string{node.Spec.PodCIDR}
	if _, err := nodes.Create(ctx, node, meta.CreateOptions{}); err != nil && !errors.IsAlreadyExists(err) {
		return err
	}
	return reportNode(ctx, agent)
}

// reportNode says Ready, once per start; what follows is only the lease.
func reportNode(ctx context.Context, agent *Agent) error {
	patch, err := json.Marshal(map[string]any{"status": nodeStatus(agent.settings)})
	if err != nil {
		return err
	}
	_, err = agent.client.CoreV1().Nodes().Patch(ctx, agent.settings.Node, types.StrategicMergePatchType, patch,
		meta.PatchOptions{}, "status")
	return err
}

func nodeStatus(settings Settings) core.NodeStatus {
	now := meta.Now()
	capacity := core.ResourceList{
		core.ResourceCPU:              resource.MustParse("8"),
		core.ResourceMemory:           resource.MustParse("16Gi"),
		core.ResourceEphemeralStorage: resource.MustParse("50Gi"),
		core.ResourcePods:             resource.MustParse("110"),
	}
	condition := func(kind core.NodeConditionType, status core.ConditionStatus, reason string) core.NodeCondition {
		return core.NodeCondition{Type: kind, Status: status, Reason: reason, Message: "as the STAND-IN for the kubelet says",
			LastHeartbeatTime: now, LastTransitionTime: now}
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return core.NodeStatus{
		Capacity: capacity, Allocatable: capacity,
		Conditions: []core.NodeCondition{
			condition(core.NodeMemoryPressure, core.ConditionFalse, "KubeletHasSufficientMemory"),
			condition(core.NodeDiskPressure, core.ConditionFalse, "KubeletHasNoDiskPressure"),
			condition(core.NodePIDPressure, core.ConditionFalse, "KubeletHasSufficientPID"),
			condition(core.NodeReady, core.ConditionTrue, "KubeletReady"),
		},
		Addresses: []core.NodeAddress{
			{Type: core.NodeInternalIP, Address: settings.Address},
			{Type: core.NodeHostName, Address: settings.Node},
		},
		DaemonEndpoints: core.NodeDaemonEndpoints{KubeletEndpoint: core.DaemonEndpoint{Port: kubeletPort}},
		NodeInfo: core.NodeSystemInfo{
			KubeletVersion: "v1.34.4", ContainerRuntimeVersion: "stand-in://0", OSImage: "the lab's cheap tier",
			OperatingSystem: "linux", Architecture: runtime.GOARCH, KernelVersion: strings.TrimSpace(string(kernel)),
		},
	}
}

func renewLease(ctx context.Context, agent *Agent) {
	leases := agent.client.CoordinationV1().Leases(leaseNamespace)
	name := agent.settings.Node
	for {
		spec := coordination.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: ptr.To(int32(leaseSeconds)),
			RenewTime: ptr.To(meta.NowMicro())}
		err := func() error {
			lease, err := leases.Get(ctx, name, meta.GetOptions{})
			if errors.IsNotFound(err) {
				fresh := &coordination.Lease{ObjectMeta: meta.ObjectMeta{Name: name}, Spec: spec}
				_, err = leases.Create(ctx, fresh, meta.CreateOptions{})
				return err
			}
			if err != nil {
				return err
			}
			lease.Spec = spec
			_, err = leases.Update(ctx, lease, meta.UpdateOptions{})
			return err
		}()
		pause := 10 * time.Second
		if err != nil {
			log.Print("lease: ", err)
			pause = time.Second
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
