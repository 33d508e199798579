// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

const (
	metricInUse = "metallb_allocator_addresses_in_use_total"
	metricTotal = "metallb_allocator_addresses_total"
)

// Usage is the answer of /usage. Available is the size of the pool, not what
// is left of it, as in Akash's operator.
type Usage struct {
	Available uint
	InUse     uint
}

// readMetrics looks for one pool in Prometheus text. A pool that is not there
// is no error: its numbers are zero.
func readMetrics(text io.Reader, pool string) (usage Usage, found bool, pools int, err error) {
	names := map[string]bool{}
	var total, inUse bool
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, rest, ok := strings.Cut(lines.Text(), "{")
		if !ok || (name != metricInUse && name != metricTotal) {
			continue
		}
		labels, value, ok := strings.Cut(rest, "} ")
		if !ok {
			return usage, false, 0, fmt.Errorf("cannot read metric line %q", lines.Text())
		}
		number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return usage, false, 0, err
		}
		for _, label := range strings.Split(labels, ",") {
			key, quotedName, _ := strings.Cut(label, "=")
			if key != "pool" {
				continue
			}
			names[quotedName] = true
			if quotedName != strconv.Quote(pool) {
				continue
			}
			if name == metricTotal {
				usage.Available, total = uint(number), true
			} else {
				usage.InUse, inUse = uint(number), true
			}
		}
	}
	return usage, total && inUse, len(names), lines.Err()
}

// MetalLB reads the pool's numbers from the controller's metrics.
type MetalLB struct {
	Discovery *Discovery
	Pool      string
	Log       *Logger
	Faults    *Faults
}

func (m *MetalLB) Usage(ctx context.Context) (Usage, error) {
	target, err := m.Discovery.Get(ctx)
	if err != nil {
		return Usage{}, err
	}
	url := target.URL
	if port := m.Faults.MetricsPort(); port != 0 {
		url = withPort(url, port)
	}
	// The doubled slash is Akash's; MetalLB's server redirects it.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"//metrics", nil)
	if err != nil {
		return Usage{}, err
	}
	response, err := target.HTTP.Do(request)
	if err != nil {
		return Usage{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<16))
		m.Log.Error("checking metal lb metrics returned", "body", string(body), "status", response.StatusCode)
		return Usage{}, fmt.Errorf("metal lb error: response status %d", response.StatusCode)
	}
	usage, found, pools, err := readMetrics(response.Body, m.Pool)
	if err != nil {
		return Usage{}, err
	}
	if !found && pools == 0 {
		m.Log.Debug("no pools configured on Metal LB")
	} else if !found {
		m.Log.Debug("pools configured on Metal LB, but none matching",
			"configured-pool-name", m.Pool, "quantity-configured", pools)
	}
	return usage, nil
}
