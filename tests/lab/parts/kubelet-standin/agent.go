// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"log"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Agent runs the pods of one node.
type Agent struct {
	settings Settings
	client   kubernetes.Interface

	lock sync.Mutex
	pods map[types.UID]*Pod
	used map[string]types.UID // pod addresses
	next int
}

func newAgent(settings Settings, client kubernetes.Interface) *Agent {
	return &Agent{settings: settings, client: client,
		pods: map[types.UID]*Pod{}, used: map[string]types.UID{}, next: 2}
}

// watch follows this node's pods, and the objects that are mounted into them.
func (a *Agent) watch(ctx context.Context) {
	ours := informers.NewSharedInformerFactoryWithOptions(a.client, 0, informers.WithTweakListOptions(
		func(options *meta.ListOptions) {
			options.FieldSelector = fields.OneTermEqualSelector("spec.nodeName", a.settings.Node).String()
		}))
	pods := ours.Core().V1().Pods().Informer()
	_, _ = pods.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc:    func(object any, _ bool) { a.seen(ctx, object.(*core.Pod)) },
		UpdateFunc: func(_, object any) { a.seen(ctx, object.(*core.Pod)) },
		DeleteFunc: func(object any) { a.gone(object) },
	})
	ours.Start(ctx.Done())

	mounted := informers.NewSharedInformerFactory(a.client, 0)
	for _, informer := range []cache.SharedIndexInformer{
		mounted.Core().V1().ConfigMaps().Informer(), mounted.Core().V1().Secrets().Informer(),
	} {
		_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(object any) { a.changed(ctx, object) },
			UpdateFunc: func(_, object any) { a.changed(ctx, object) },
		})
	}
	mounted.Start(ctx.Done())
}

func (a *Agent) seen(ctx context.Context, object *core.Pod) {
	a.lock.Lock()
	defer a.lock.Unlock()
	pod, known := a.pods[object.UID]
	if !known {
		if object.Status.Phase == core.PodSucceeded || object.Status.Phase == core.PodFailed {
			if object.DeletionTimestamp != nil {
				go a.confirmDeleted(ctx, object)
			}
			return
		}
		pod = newPod(a, object)
		a.pods[object.UID] = pod
		log.Printf("pod %s: seen", pod)
		go pod.run(ctx)
	}
	if object.DeletionTimestamp != nil && pod.end(graceOf(object)) {
		log.Printf("pod %s: to end", pod)
	}
}

// graceOf is how long a pod that is to be deleted may take to end.
func graceOf(object *core.Pod) time.Duration {
	if object.DeletionGracePeriodSeconds == nil {
		return quickGrace
	}
	return time.Duration(*object.DeletionGracePeriodSeconds) * time.Second
}

func (a *Agent) gone(object any) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = last.Obj
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	uid := object.(*core.Pod).UID
	if pod, known := a.pods[uid]; known {
		pod.end(quickGrace) // deleted with no grace: end it all the same
		delete(a.pods, uid)
	}
}

// release gives a pod's address to the next. The pod itself is forgotten when
// the API server says that it is gone: events before that may still come.
func (a *Agent) release(pod *Pod) {
	a.lock.Lock()
	defer a.lock.Unlock()
	for address, owner := range a.used {
		if owner == pod.uid {
			delete(a.used, address)
		}
	}
}

// address gives a pod the one that its status already has (after a reset), or
// the next free one.
func (a *Agent) address(object *core.Pod) (string, error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if had := object.Status.PodIP; had != "" && a.used[had] == "" {
		a.used[had] = object.UID
		return had, nil
	}
	for range 253 {
		candidate := fmt.Sprintf("%s.%d", a.settings.Subnet, a.next)
		if a.next++; a.next > 254 {
			a.next = 2
		}
		if a.used[candidate] == "" {
			a.used[candidate] = object.UID
			return candidate, nil
		}
	}
	return "", fmt.Errorf("no free address in %s.0/24", a.settings.Subnet)
}

// changed writes a ConfigMap or Secret anew where it is mounted.
func (a *Agent) changed(ctx context.Context, object any) {
	about := object.(meta.Object)
	_, isSecret := object.(*core.Secret)
	a.lock.Lock()
	var affected []*Pod
	for _, pod := range a.pods {
		if pod.object.Namespace == about.GetNamespace() && pod.mounts(about.GetName(), isSecret) {
			affected = append(affected, pod)
		}
	}
	a.lock.Unlock()
	for _, pod := range affected {
		if err := pod.writeVolumes(ctx); err != nil {
			log.Printf("pod %s: %v", pod, err)
		}
	}
}

func (a *Agent) find(namespace, name string) *Pod {
	a.lock.Lock()
	defer a.lock.Unlock()
	for _, pod := range a.pods {
		if pod.object.Namespace == namespace && pod.object.Name == name {
			return pod
		}
	}
	return nil
}

// confirmDeleted tells the API server that a pod has ended, until it takes that
// or says that this pod is gone: one refused call must not leave it Terminating.
func (a *Agent) confirmDeleted(ctx context.Context, object *core.Pod) {
	now := int64(0)
	for ctx.Err() == nil {
		err := a.client.CoreV1().Pods(object.Namespace).Delete(ctx, object.Name, meta.DeleteOptions{
			GracePeriodSeconds: &now, Preconditions: &meta.Preconditions{UID: &object.UID}})
		if err == nil || errors.IsNotFound(err) {
			return
		}
		log.Printf("pod %s/%s: %v", object.Namespace, object.Name, err)
		if errors.IsConflict(err) { // another of the same name, or changed at this moment: look
			there, getErr := a.client.CoreV1().Pods(object.Namespace).Get(ctx, object.Name, meta.GetOptions{})
			if errors.IsNotFound(getErr) || (getErr == nil && there.UID != object.UID) {
				return
			}
		}
		pause(ctx, retryPause)
	}
}
