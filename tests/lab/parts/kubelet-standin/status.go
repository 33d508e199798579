// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"log"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// publish tells the API server the pod's status, when it is another than before.
func (p *Pod) publish(ctx context.Context) {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	p.lock.Lock()
	status := p.status()
	p.lock.Unlock()
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": p.uid}, "status": status})
	if err != nil || string(patch) == p.published {
		return
	}
	for ctx.Err() == nil {
		_, err = p.agent.client.CoreV1().Pods(p.object.Namespace).Patch(ctx, p.object.Name,
			types.StrategicMergePatchType, patch, meta.PatchOptions{}, "status")
		if err == nil {
			p.published = string(patch)
			return
		}
		if errors.IsNotFound(err) || errors.IsConflict(err) { // gone, or another of the same name
			return
		}
		if ctx.Err() == nil {
			log.Printf("pod %s: status: %v", p, err)
		}
		pause(ctx, retryPause)
	}
}

func (p *Pod) status() core.PodStatus {
	status := core.PodStatus{Phase: p.phase(), StartTime: &p.started, HostIP: p.agent.settings.Address,
		HostIPs: []core.HostIP{{IP: p.agent.settings.Address}}}
	if p.address != "" {
		status.PodIP, status.PodIPs = p.address, []core.PodIP{{IP: p.address}}
	}
	initialized, ready := true, len(p.rest) > 0
	for _, container := range p.first {
		status.InitContainerStatuses = append(status.InitContainerStatuses, container.status(true))
		initialized = initialized && container.succeeded()
	}
	for _, container := range p.rest {
		status.ContainerStatuses = append(status.ContainerStatuses, container.status(false))
		ready = ready && container.ready
	}
	for kind, value := range map[core.PodConditionType]bool{
		core.PodReadyToStartContainers: p.address != "", core.PodInitialized: initialized,
		core.ContainersReady: ready, core.PodReady: ready, core.PodScheduled: true,
	} {
		p.setCondition(kind, value)
	}
	for _, kind := range []core.PodConditionType{core.PodReadyToStartContainers, core.PodInitialized,
		core.PodReady, core.ContainersReady, core.PodScheduled} {
		status.Conditions = append(status.Conditions, p.conditions[kind])
	}
	return status
}

func (p *Pod) setCondition(kind core.PodConditionType, value bool) {
	fresh := core.PodCondition{Type: kind, Status: core.ConditionFalse, LastTransitionTime: meta.Now()}
	if value {
		fresh.Status = core.ConditionTrue
	} else if kind == core.PodReady || kind == core.ContainersReady {
		fresh.Reason = "ContainersNotReady"
	}
	if before, known := p.conditions[kind]; !known || before.Status != fresh.Status {
		p.conditions[kind] = fresh
	}
}

func (p *Pod) phase() core.PodPhase {
	begun, over, bad := false, true, false
	for _, container := range p.rest {
		begun = begun || container.state.Running != nil || container.state.Terminated != nil || container.restarts > 0
		over = over && container.state.Terminated != nil
		bad = bad || !container.succeeded()
	}
	for _, container := range p.first {
		if ended := container.state.Terminated; ended != nil && ended.ExitCode != 0 && p.object.Spec.RestartPolicy == core.RestartPolicyNever {
			return core.PodFailed
		}
	}
	switch {
	case !begun:
		return core.PodPending
	case !over || p.object.Spec.RestartPolicy == core.RestartPolicyAlways:
		return core.PodRunning
	case bad && p.object.Spec.RestartPolicy == core.RestartPolicyOnFailure:
		return core.PodRunning
	case bad:
		return core.PodFailed
	}
	return core.PodSucceeded
}

func (c *Container) succeeded() bool {
	return c.state.Terminated != nil && c.state.Terminated.ExitCode == 0
}

func (c *Container) status(first bool) core.ContainerStatus {
	running := c.state.Running != nil
	status := core.ContainerStatus{Name: c.spec.Name, Image: c.spec.Image, ImageID: c.spec.Image, State: c.state,
		LastTerminationState: c.last, Ready: c.ready, Started: &running, RestartCount: c.restarts}
	if first {
		status.Ready = c.succeeded()
	}
	if !running && c.state.Waiting != nil && c.state.Waiting.Reason == "ContainerCreating" {
		if len(c.pod.first) > 0 && !first {
			status.State = waitingState("PodInitializing", "")
		} else if c.pod.waiting != "" {
			status.State = waitingState("ContainerCreating", c.pod.waiting)
		}
	}
	return status
}
