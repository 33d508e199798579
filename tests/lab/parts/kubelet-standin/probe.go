// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const probePause = 200 * time.Millisecond

// watchReadiness asks a container's readiness probe, first in quick succession
// (initialDelaySeconds is not waited for: it is what makes real pods slow),
// then once a period. Only httpGet is known; anything else counts as ready.
func (p *Pod) watchReadiness(ctx context.Context, container *core.Container, report func(bool)) {
	probe := container.ReadinessProbe
	if probe == nil || probe.HTTPGet == nil {
		report(true)
		return
	}
	url := p.probeURL(container, probe.HTTPGet)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	client := &http.Client{Timeout: time.Second, Transport: transport}
	period, failures := time.Duration(max(probe.PeriodSeconds, 1))*time.Second, int32(0)
	for ctx.Err() == nil {
		pause := probePause
		if good(ctx, client, url) {
			failures, pause = 0, period
			report(true)
		} else if failures++; failures >= max(probe.FailureThreshold, 1) {
			report(false)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func good(ctx context.Context, client *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode >= 200 && response.StatusCode < 400
}

func (p *Pod) probeURL(container *core.Container, get *core.HTTPGetAction) string {
	port := get.Port.IntValue()
	if get.Port.Type == intstr.String {
		for _, known := range container.Ports {
			if known.Name == get.Port.StrVal {
				port = int(known.ContainerPort)
			}
		}
	}
	scheme, host := "http", p.address
	if get.Scheme == core.URISchemeHTTPS {
		scheme = "https"
	}
	if get.Host != "" {
		host = get.Host
	}
	return fmt.Sprintf("%s://%s:%d%s", scheme, host, port, get.Path)
}
