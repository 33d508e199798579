// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	crypto_rand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"time"
)

var errNotAlive = errors.New("ip operator is not yet alive")

// Provider is `provider-services run` as far as leases of addresses reach: it
// waits for the IP operator, when that is on, before it answers /status.
type Provider struct {
	Operator *Discovery // nil: leases are off
	Log      *Logger
	Host     string // cluster_public_hostname
	Address  string
	Delay    time.Duration // between two looks at the operator

	ready chan struct{}
}

// String is the waitable's name in the log.
func (p *Provider) String() string { return fmt.Sprintf("<*ip.client %p>", p) }

func (p *Provider) check(ctx context.Context) error {
	target, err := p.Operator.Get(ctx)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.URL+"/health", nil)
	if err != nil {
		return err
	}
	response, err := target.HTTP.Do(request)
	if err != nil {
		return err
	}
	// Read to the end, so that the connection is kept: the real client goes on
	// speaking to the same pod until that pod is gone.
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	p.Log.Info("check result", "operator", "ip", "status", response.StatusCode)
	if response.StatusCode != http.StatusOK {
		return errNotAlive
	}
	return nil
}

// Wait returns when the operator answered, or never: after a failed look-up
// the second check blocks, without a line in the log.
func (p *Provider) Wait(ctx context.Context) error {
	if p.Operator == nil {
		close(p.ready)
		return nil
	}
	waiter := p.Log.With("cmp", "waiter")
	for {
		err := p.check(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		waiter.Error("not yet ready", "waitable", p, "err", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(p.Delay):
		}
	}
	waiter.Info("ready", "waitable", p)
	waiter.Info("all waitables ready")
	close(p.ready)
	return nil
}

// Status serves 8443/status; before the wait is over a request hangs.
func (p *Provider) Status() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/status", func(out http.ResponseWriter, request *http.Request) {
		select {
		case <-p.ready:
		case <-request.Context().Done():
			return
		}
		out.Header().Set("Content-Type", "application/json")
		writeJSON(out, http.StatusOK, map[string]any{
			"cluster": map[string]any{
				"leases": 0,
				"inventory": map[string]any{
					"active": []any{}, "pending": []any{},
					"available": map[string]any{"nodes": []any{}, "storage": []any{}},
				},
			},
			"bidengine":               map[string]any{"orders": 0},
			"manifest":                map[string]any{"deployments": 0},
			"cluster_public_hostname": p.Host,
			"address":                 p.Address,
		})
	})
	return mux
}

// GRPC answers every call of 8444 with "unimplemented": enough for the
// liveness script, which looks for the content type.
func (p *Provider) GRPC() http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		select {
		case <-p.ready:
		case <-request.Context().Done():
			return
		}
		out.Header().Set("Content-Type", "application/grpc")
		out.Header().Set("Grpc-Status", "12")
		out.WriteHeader(http.StatusOK)
	})
}

// selfSigned is a certificate for host, as a provider's own is.
func selfSigned(host string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), crypto_rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: host, Organization: []string{"STAND-IN"}},
		DNSNames:     []string{host},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(10, 0, 0),
	}
	raw, err := x509.CreateCertificate(crypto_rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}},
		NextProtos:   []string{"h2", "http/1.1"},
	}, nil
}
