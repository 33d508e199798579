// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	retryPause = 200 * time.Millisecond
	quickGrace = 2 * time.Second // when the whole node ends, or a pod was deleted by force
)

// Pod is one pod's life on this node.
type Pod struct {
	agent  *Agent
	uid    types.UID
	object *core.Pod // as it was first seen; what is used of it does not change
	dir    string

	volumes sync.Mutex // of the files of volumes, and of tokens
	tokens  map[string]string

	address  string
	network  *PodNetwork
	first    []*Container // init containers
	rest     []*Container
	started  meta.Time
	stop     chan struct{}
	stopOnce sync.Once
	killAt   atomic.Int64 // when the grace period is over, in ns since 1970; 0: nobody said

	lock       sync.Mutex // of the containers' states
	waiting    string     // why nothing runs yet
	conditions map[core.PodConditionType]core.PodCondition
	publishing sync.Mutex
	published  string
}

func newPod(agent *Agent, object *core.Pod) *Pod {
	pod := &Pod{agent: agent, uid: object.UID, object: object, tokens: map[string]string{},
		dir: filepath.Join(agent.settings.Data, string(object.UID)), started: meta.Now(),
		stop: make(chan struct{}), conditions: map[core.PodConditionType]core.PodCondition{}}
	for i := range object.Spec.InitContainers {
		pod.first = append(pod.first, newContainer(pod, &object.Spec.InitContainers[i]))
	}
	for i := range object.Spec.Containers {
		pod.rest = append(pod.rest, newContainer(pod, &object.Spec.Containers[i]))
	}
	return pod
}

func (p *Pod) String() string { return p.object.Namespace + "/" + p.object.Name }

func (p *Pod) hostname() string {
	if p.object.Spec.HostNetwork {
		return p.agent.settings.Node
	}
	return p.object.Name
}

// end lets the pod's containers be ended; it does not wait for that. True the first
// time. A later call can only shorten the grace period, as with a kubelet.
func (p *Pod) end(grace time.Duration) (first bool) {
	until := time.Now().Add(grace).UnixNano()
	if before := p.killAt.Load(); before == 0 || until < before {
		p.killAt.Store(until)
	}
	p.stopOnce.Do(func() {
		close(p.stop)
		first = true
	})
	return first
}

// waitGrace is true if the process ended within the grace period.
func (p *Pod) waitGrace(done <-chan struct{}) bool {
	p.killAt.CompareAndSwap(0, time.Now().Add(quickGrace).UnixNano())
	for {
		left := time.Until(time.Unix(0, p.killAt.Load()))
		select {
		case <-done:
			return true
		case <-time.After(min(max(left, 0), retryPause)):
			if left <= 0 {
				return false
			}
		}
	}
}

func (p *Pod) run(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	go func() {
		select {
		case <-p.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	if p.prepare(ctx) && p.runFirst(ctx) {
		var group sync.WaitGroup
		for _, container := range p.rest {
			group.Add(1)
			go func() {
				defer group.Done()
				container.live(ctx, p.object.Spec.RestartPolicy)
			}()
		}
		group.Wait()
	}
	<-ctx.Done() // a pod that has come to its end stays until it is deleted
	p.network.end()
	p.agent.release(p)
	if parent.Err() != nil {
		return
	}
	log.Printf("pod %s: ended", p)
	p.agent.confirmDeleted(parent, p.object)
	_ = os.RemoveAll(p.dir)
}

// prepare makes network and volumes; it tries until it can.
func (p *Pod) prepare(ctx context.Context) bool {
	for ctx.Err() == nil {
		err := p.connect()
		if err == nil {
			p.publish(ctx)
			err = p.writeVolumes(ctx)
		}
		if err == nil {
			return true
		}
		if ctx.Err() == nil && p.waiting != err.Error() {
			log.Printf("pod %s: %v", p, err)
		}
		p.lock.Lock()
		p.waiting = err.Error()
		p.lock.Unlock()
		pause(ctx, retryPause)
	}
	return false
}

func (p *Pod) connect() (err error) {
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return err
	}
	switch {
	case p.address != "":
		return nil
	case p.object.Spec.HostNetwork:
		p.address = p.agent.settings.Address
	default:
		address, err := p.agent.address(p.object)
		if err != nil {
			return err
		}
		if p.network, err = newPodNetwork(p.agent.settings, address); err != nil {
			return err
		}
		p.address = address
	}
	hosts := fmt.Sprintf("127.0.0.1\tlocalhost\n%s\t%s\n", p.address, p.hostname())
	if err := os.WriteFile(filepath.Join(p.dir, "hosts"), []byte(hosts), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, "resolv.conf"), []byte(p.resolver()), 0o644)
}

// resolver is the pod's resolv.conf. A kubelet leaves the timeout at 5 s; after a
// reset a pod may ask before CoreDNS is back, and would keep the lab waiting.
func (p *Pod) resolver() string {
	policy := p.object.Spec.DNSPolicy
	if policy == core.DNSDefault || (p.object.Spec.HostNetwork && policy != core.DNSClusterFirstWithHostNet) {
		text, _ := os.ReadFile("/etc/resolv.conf")
		return string(text)
	}
	search := []string{p.object.Namespace + ".svc.cluster.local", "svc.cluster.local", "cluster.local"}
	return fmt.Sprintf("search %s\nnameserver %s\noptions ndots:5 timeout:1 attempts:5\n", strings.Join(search, " "), p.agent.settings.DNS)
}

func (p *Pod) runFirst(ctx context.Context) bool {
	policy := p.object.Spec.RestartPolicy
	if policy == core.RestartPolicyAlways {
		policy = core.RestartPolicyOnFailure // an init container that succeeded is done
	}
	for _, container := range p.first {
		if !container.live(ctx, policy) {
			return false
		}
	}
	return ctx.Err() == nil
}

func (p *Pod) container(name string) *Container {
	for _, list := range [][]*Container{p.rest, p.first} {
		for _, container := range list {
			if container.spec.Name == name {
				return container
			}
		}
	}
	return nil
}

// pause is a sleep that ends with ctx.
func pause(ctx context.Context, length time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
}
