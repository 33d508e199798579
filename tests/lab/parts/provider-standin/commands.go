// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"
)

const readHeaderTimeout = 10 * time.Second

func server(address string, handler http.Handler) *http.Server {
	return &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: readHeaderTimeout}
}

func newLog(form Form) *Logger {
	if olderThan(10) {
		form = OldForm
	}
	log := NewLogger(os.Stderr, form)
	log.Info("STAND-IN for provider-services, a test program, not Akash's", "plays", playedVersion())
	return log
}

func runOperator(ctx context.Context) error {
	log := newLog(OperatorForm).With("operator", "ip")
	address := setting("PROVIDER", "")
	if err := CheckAddress(address); err != nil {
		return fmt.Errorf("%w: provider address must valid bech32", err)
	}
	kube, err := NewKube(kubeconfigPath())
	if err != nil {
		return err
	}
	if kube.InPod {
		log.Info("using in cluster kube config")
	}
	log.Info("initializing kube client", "qps", 30, "burst", 60)
	faults, faultAddress, err := startFaults(kube.InPod)
	if err != nil {
		return err
	}
	metallb := &MetalLB{
		Discovery: &Discovery{Port: "monitoring", Service: "controller", Namespace: "metallb-system",
			Endpoint: setting("METAL_LB_ENDPOINT", ""), Kube: kube, Log: log.With("cmp", "service-discovery-agent"),
			DNS: kube.InPod || os.Getenv("STANDIN_DNS_SERVER") != "", Resolver: resolverFor(os.Getenv("STANDIN_DNS_SERVER"))},
		Pool: setting("METAL_LB_POOL", defaultPool), Log: log.With("client", "metallb"), Faults: faults,
	}
	operator := &Operator{
		Kube: kube, MetalLB: metallb, Log: log, Provider: address, Leases: setting("K8S_MANIFEST_NS", "lease"),
		Retry: 3 * time.Second, Refresh: seconds("STANDIN_REFRESH_SECONDS", 10*time.Minute),
		Deadline: seconds("STANDIN_DEADLINE_SECONDS", time.Minute), FailLimit: 3, Prune: 10 * time.Minute,
	}
	if err := operator.CheckNamespace(ctx); err != nil {
		return fmt.Errorf("kube: unable to fetch leases namespace: %w", err)
	}
	if metallb.Discovery.Endpoint != "" {
		log.Info("using manually configured endpoint", "endpoint", metallb.Discovery.Endpoint, "service", "metal-lb")
	} else {
		log.Info("service being found via autodetection", "service", "metal-lb")
	}
	log.Info("clients", "kube", fmt.Sprintf("kube client %p", kube), "metallb", fmt.Sprintf("metal LB client %p", metallb))

	_, _, port := operatorService()
	listenAt := setting("REST_ADDRESS", "0.0.0.0") + ":" + setting("REST_PORT", fmt.Sprint(port))
	log.Info("HTTP listening", "address", listenAt)
	failed := make(chan error, 3)
	listen(ctx, server(listenAt, faults.Wrap(operator.Handler(playedVersion()))), failed)
	listen(ctx, server(faultAddress, faults.Handler()), failed)
	go func() {
		err := operator.Run(ctx)
		metallb.Discovery.Stop()
		failed <- err
	}()
	err = <-failed
	if ctx.Err() != nil {
		metallb.Discovery.Stop() // the servers have ended first; the process waits for its operator
	}
	return err
}

func runProvider(ctx context.Context) error {
	log := newLog(ProviderForm)
	kube, err := NewKube(kubeconfigPath())
	if err != nil {
		return err
	}
	faults, faultAddress, err := startFaults(kube.InPod)
	if err != nil {
		return err
	}
	provider := &Provider{
		Log: log, Host: setting("CLUSTER_PUBLIC_HOSTNAME", "provider.localhost"),
		Address: keyAddress(setting("FROM", "")), Delay: 2 * time.Second, ready: make(chan struct{}),
	}
	if setting("IP_OPERATOR", "false") == "true" {
		name, port, _ := operatorService()
		provider.Operator = &Discovery{Port: port, Service: name, Namespace: "akash-services",
			Endpoint: setting("IP_OPERATOR_ENDPOINT", ""), Kube: kube, Log: log.With("cmp", "service-discovery-agent"),
			DNS: kube.InPod || os.Getenv("STANDIN_DNS_SERVER") != "", Resolver: resolverFor(os.Getenv("STANDIN_DNS_SERVER"))}
	}
	config, err := selfSigned(provider.Host)
	if err != nil {
		return err
	}
	failed := make(chan error, 3)
	status := server(setting("GATEWAY_LISTEN_ADDRESS", "0.0.0.0:8443"), faults.Wrap(provider.Status()))
	grpc := server(setting("GATEWAY_GRPC_LISTEN_ADDRESS", "0.0.0.0:8444"), provider.GRPC())
	status.TLSConfig, grpc.TLSConfig = config, config.Clone()
	listen(ctx, status, failed)
	if !olderThan(5) { // the gRPC side came later
		listen(ctx, grpc, failed)
	}
	listen(ctx, server(faultAddress, faults.Handler()), failed)
	go func() {
		if err := provider.Wait(ctx); err != nil {
			failed <- err
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// runNode is as much of an RPC node as the init script asks for before it goes on.
func runNode(ctx context.Context) error {
	faults, faultAddress, err := startFaults(true)
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	listen(ctx, server(setting("RPC_LISTEN_ADDRESS", ":26657"), faults.Wrap(nodeStatus())), failed)
	listen(ctx, server(faultAddress, faults.Handler()), failed)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

func nodeStatus() http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		writeJSON(out, http.StatusOK, map[string]any{"result": map[string]any{"sync_info": map[string]any{
			"catching_up": false, "latest_block_time": time.Now().UTC().Format(time.RFC3339Nano),
		}}})
	})
}

// runWeb is what a tenant runs behind a leased address.
func runWeb(ctx context.Context) error {
	failed := make(chan error, 1)
	listen(ctx, server(setting("WEB_LISTEN_ADDRESS", ":3000"), http.HandlerFunc(
		func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(out, "a tenant's page, from the STAND-IN")
		})), failed)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}
