// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

var errObservationStopped = errors.New("observation stopped")

type managedIP struct {
	spec    LeasedIPSpec
	changed time.Time
}

// Operator is the IP operator: it keeps the pool's numbers and one Service per
// leased port, and answers HTTP only while its observation runs (the barrier).
type Operator struct {
	Kube      *Kube
	MetalLB   *MetalLB
	Log       *Logger
	Provider  string
	Leases    string        // namespace of the ProviderLeasedIP objects
	Retry     time.Duration // pause after a failed observation
	Refresh   time.Duration // between two readings of MetalLB's numbers
	Deadline  time.Duration // of one reading
	FailLimit int           // events of one lease that may fail before it is ignored
	Prune     time.Duration // after which /ignored-leases has a body, empty or not

	open   atomic.Bool
	lock   sync.Mutex
	usage  Usage
	state  map[string]managedIP
	failed map[LeaseID]failure
	pruned bool
}

// failure is what is kept of a lease whose events failed.
type failure struct {
	count int
	at    time.Time
	last  error
	keys  []string // sharing keys of the events
}

// Run observes for ever, with a pause after each failure that came quickly.
func (o *Operator) Run(ctx context.Context) error {
	o.failed = map[LeaseID]failure{}
	o.Log.Info("ip operator start")
	for {
		start := time.Now()
		err := o.observe(ctx)
		o.open.Store(false)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		o.Log.Error("observation stopped", "err", err)
		if time.Since(start) < o.Retry {
			o.Log.Info("delaying")
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(o.Retry):
			}
		}
	}
}

func (o *Operator) observe(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o.Log.Info("associated provider ", "addr", o.Provider)
	o.Log.Info("fetching existing IP passthroughs")
	if err := o.readPassthroughs(ctx); err != nil {
		return err
	}
	if err := o.updateUsage(ctx); err != nil {
		return err
	}
	o.Log.Info("starting observation")
	present, events, err := o.watchLeasedIPs(ctx)
	if err != nil {
		return err
	}
	configMaps, err := o.Kube.Watch(ctx, "/api/v1/namespaces/metallb-system/configmaps?watch=true")
	if err != nil {
		return err
	}
	o.Log.Info("barrier can now be passed")
	o.open.Store(true)
	defer o.Log.Info("ip operator done")
	for _, spec := range present {
		if err := o.applyAndCount(ctx, "ADDED", spec); err != nil {
			return err
		}
	}
	return o.follow(ctx, events, configMaps)
}

// follow refreshes the numbers on each event and every Refresh. Edits of a
// pool are not among the events: the operator watches ConfigMaps, where
// MetalLB kept its pools up to 0.12.
func (o *Operator) follow(ctx context.Context, events, configMaps <-chan WatchEvent) error {
	ticker, prune := time.NewTicker(o.Refresh), time.NewTicker(o.Prune)
	defer ticker.Stop()
	defer prune.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case event, ok := <-events:
			if !ok {
				return errObservationStopped
			}
			err = o.handle(ctx, event)
		case event, ok := <-configMaps:
			if !ok {
				return errObservationStopped
			}
			o.Log.Debug("metal LB config change event", "event-type", event.Type)
			err = o.updateUsage(ctx)
		case <-prune.C:
			o.lock.Lock()
			o.pruned = true
			o.lock.Unlock()
		case <-ticker.C:
			err = o.updateUsage(ctx)
		}
		if err != nil {
			return err
		}
	}
}

func (o *Operator) readPassthroughs(ctx context.Context) error {
	services, err := o.Kube.leaseServices(ctx, "")
	if err != nil {
		return err
	}
	state := map[string]managedIP{}
	for _, service := range services {
		spec, ours, err := passthrough(service)
		if err != nil {
			return err
		}
		if ours {
			state[spec.key()] = managedIP{spec, time.Now()}
		}
	}
	o.lock.Lock()
	defer o.lock.Unlock()
	o.state = state
	return nil
}

func (o *Operator) updateUsage(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, o.Deadline)
	defer cancel()
	usage, err := o.MetalLB.Usage(ctx)
	if err != nil {
		return err
	}
	o.lock.Lock()
	o.usage = usage
	o.lock.Unlock()
	o.Log.Info("ip address inventory", "in-use", usage.InUse, "available", usage.Available)
	return nil
}

// watchLeasedIPs lists what is there and watches from then on. A bad object
// that is already there is an error, and so locks the barrier for as long as
// it is there; one that comes later is only passed over.
func (o *Operator) watchLeasedIPs(ctx context.Context) ([]LeasedIPSpec, <-chan WatchEvent, error) {
	path := leasedIPs + "/namespaces/" + o.Leases + "/providerleasedips"
	var list struct {
		Metadata struct{ ResourceVersion string }
		Items    []LeasedIP
	}
	if err := o.Kube.Get(ctx, path, &list); err != nil {
		return nil, nil, err
	}
	version := list.Metadata.ResourceVersion
	o.Log.Info("starting ip passthrough watch", "resourceVersion", version)
	events, err := o.Kube.Watch(ctx, path+"?watch=true&resourceVersion="+version)
	if err != nil {
		return nil, nil, err
	}
	present := make([]LeasedIPSpec, 0, len(list.Items))
	for _, item := range list.Items {
		if err := item.Spec.check(); err != nil {
			return nil, nil, err
		}
		present = append(present, item.Spec)
	}
	return present, events, nil
}

func (o *Operator) handle(ctx context.Context, event WatchEvent) error {
	var item LeasedIP
	if event.Type == "ERROR" || event.Type == "BOOKMARK" {
		return nil
	}
	if err := json.Unmarshal(event.Object, &item); err != nil {
		return err
	}
	spec := item.Spec
	if err := CheckAddress(spec.LeaseID.Owner); err != nil {
		o.Log.Error("invalid owner address in provider host", "addr", spec.LeaseID.Owner, "err", err)
		return nil
	}
	if err := CheckAddress(spec.LeaseID.Provider); err != nil {
		o.Log.Error("invalid provider address in provider host", "addr", spec.LeaseID.Provider, "err", err)
		return nil
	}
	if err := spec.check(); err != nil {
		o.Log.Error("invalid lease ID", "err", err)
		return nil
	}
	return o.applyAndCount(ctx, event.Type, spec)
}

func (o *Operator) applyAndCount(ctx context.Context, event string, spec LeasedIPSpec) error {
	if err := o.apply(ctx, event, spec); err != nil {
		o.Log.Error("failed applying event", "err", err)
		return err
	}
	return o.updateUsage(ctx)
}

func (o *Operator) apply(ctx context.Context, event string, spec LeasedIPSpec) error {
	lease := spec.LeaseID.String()
	o.Log.Debug("apply event", "event-type", event, "lease", lease)
	if event == "DELETED" {
		if err := o.Kube.purgePassthrough(ctx, spec); err != nil {
			return err
		}
		o.lock.Lock()
		delete(o.state, spec.key())
		o.lock.Unlock()
		return nil
	}
	if o.ignored(spec.LeaseID) {
		o.Log.Info("ignoring event for", "lease", lease)
		return nil
	}
	err := o.connect(ctx, spec)
	if isNotFound(err) {
		o.Log.Info("recording error for", "lease", lease, "err", err)
		o.record(spec, err)
	}
	return err
}

func (o *Operator) record(spec LeasedIPSpec, err error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	entry := o.failed[spec.LeaseID]
	entry.count, entry.at, entry.last = entry.count+1, time.Now(), err
	if !slices.Contains(entry.keys, spec.SharingKey) {
		entry.keys = append(entry.keys, spec.SharingKey)
	}
	o.failed[spec.LeaseID] = entry
}

func (o *Operator) ignored(lease LeaseID) bool {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.failed[lease].count >= o.FailLimit
}

func (o *Operator) connect(ctx context.Context, spec LeasedIPSpec) error {
	lease := spec.LeaseID.String()
	o.Log.Info("connecting", "lease", lease, "service", spec.ServiceName, "externalPort", spec.ExternalPort)
	o.lock.Lock()
	present, exists := o.state[spec.key()]
	o.lock.Unlock()
	if exists && present.spec.LeaseID != spec.LeaseID {
		if err := o.Kube.purgePassthrough(ctx, present.spec); err != nil {
			return err
		}
		exists = false
	}
	if exists && present.spec != spec {
		o.Log.Debug("ip passthrough has changed, applying", "lease", lease)
	} else if !exists {
		o.Log.Debug("ip passthrough is new, applying", "lease", lease)
	}
	if !exists || present.spec != spec {
		o.Log.Debug("creating metal-lb service", "service", spec.ServiceName, "port", spec.Port,
			"external-port", spec.ExternalPort, "sharing-key", spec.SharingKey, "exists", exists)
		if err := o.Kube.createPassthrough(ctx, spec, o.MetalLB.Pool); err != nil {
			return err
		}
	}
	o.lock.Lock()
	o.state[spec.key()] = managedIP{spec, time.Now()}
	o.lock.Unlock()
	o.Log.Info("update complete", "lease", lease)
	return nil
}

// CheckNamespace is the operator's first look at the cluster.
func (o *Operator) CheckNamespace(ctx context.Context) error {
	return o.Kube.Do(ctx, http.MethodGet, "/api/v1/namespaces/"+o.Leases, nil, nil)
}
