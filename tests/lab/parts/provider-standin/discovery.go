// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Target is where a discovered Service answers.
type Target struct {
	URL  string
	HTTP *http.Client
}

// Discovery finds a Service once in the life of the process. This is the
// defect that the tests are about: a failed look-up is never tried again, and
// who asks afterwards waits until its own deadline. (In Akash's code a retry
// timer is drained that has already been stopped, which blocks for ever.)
type Discovery struct {
	Port, Service, Namespace string
	Endpoint                 string // host:port; skips the look-up
	Kube                     *Kube
	DNS                      bool // by SRV record, as in a pod; else by the API server
	Resolver                 *net.Resolver
	Log                      *Logger

	lock   sync.Mutex
	target *Target
	failed bool
}

func resolverFor(server string) *net.Resolver {
	if server == "" {
		return &net.Resolver{PreferGo: true}
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		dialer := net.Dialer{}
		return dialer.DialContext(ctx, network, server)
	}}
}

func (d *Discovery) plainClient() *http.Client {
	dialer := &net.Dialer{Timeout: 30 * time.Second, Resolver: d.Resolver}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}}
}

// Get is the discovered target. After a failure it blocks until ctx ends.
func (d *Discovery) Get(ctx context.Context) (*Target, error) {
	d.lock.Lock()
	if !d.failed {
		defer d.lock.Unlock()
		if d.target != nil {
			return d.target, nil
		}
		target, err := d.discover(ctx)
		d.target, d.failed = target, err != nil
		return target, err
	}
	d.lock.Unlock()
	<-ctx.Done()
	return nil, ctx.Err()
}

// Stop ends the discovery. After a failed look-up it never returns: what is to
// end it waits for that same timer. So the program outlives its SIGTERM.
func (d *Discovery) Stop() {
	d.lock.Lock()
	failed := d.failed
	d.lock.Unlock()
	for failed {
		time.Sleep(time.Hour)
	}
}

func (d *Discovery) discover(ctx context.Context) (*Target, error) {
	if d.Endpoint != "" {
		return &Target{"http://" + d.Endpoint, d.plainClient()}, nil
	}
	if d.DNS {
		return d.byDNS(ctx)
	}
	return d.byKube(ctx)
}

func (d *Discovery) byDNS(ctx context.Context) (*Target, error) {
	name := d.Service + "." + d.Namespace + ".svc.cluster.local"
	_, found, err := d.Resolver.LookupSRV(ctx, d.Port, "TCP", name)
	if err != nil {
		d.Log.Error("dns discovery failed", "err", err, "portName", d.Port,
			"service-name", d.Service, "namespace", d.Namespace)
		return nil, err
	}
	records := make([]net.SRV, len(found))
	for i, record := range found {
		records[i] = *record
	}
	d.Log.Info("dns discovery success", "addrs", records, "portName", d.Port,
		"service-name", d.Service, "namespace", d.Namespace)
	choice := records[rand.IntN(len(records))]
	return &Target{fmt.Sprintf("http://%s:%d", choice.Target, choice.Port), d.plainClient()}, nil
}

func (d *Discovery) byKube(ctx context.Context) (*Target, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var service struct {
		Spec struct {
			Ports []struct{ Name, Protocol string }
		}
	}
	path := "/api/v1/namespaces/" + d.Namespace + "/services/" + d.Service
	if err := d.Kube.Get(ctx, path, &service); err != nil {
		d.Log.Error("kube discovery failed")
		return nil, err
	}
	for _, port := range service.Spec.Ports {
		if port.Name == d.Port && port.Protocol == "TCP" {
			return &Target{d.Kube.base + path + ":" + d.Port + "/proxy", d.Kube.http}, nil
		}
	}
	return nil, fmt.Errorf("service discovery failure: service %q exists but has no port %q (TCP)", d.Service, d.Port)
}

// withPort is url with another port: the fault "metrics-port".
func withPort(url string, port int) string {
	colon := strings.LastIndexByte(url, ':')
	if colon < len("https:") {
		return url
	}
	return url[:colon+1] + strconv.Itoa(port)
}
