// SPDX-License-Identifier: Apache-2.0

// Command provider-services is a STAND-IN for Akash's program of that name,
// for the tests of iplease. It behaves as the real one was seen to behave where
// leases of addresses are concerned, its hangs included. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

const about = `provider-services: a STAND-IN for Akash's program, for tests (not Akash's)

  provider-services operator ip       the IP operator (0.5 and later)
  provider-services ip-operator       the same, as before 0.5
  provider-services run               the provider, as far as it concerns leases
  provider-services keys|tx|query     what the charts' scripts need, without a chain
  provider-services web               a tenant's web server on :3000
  provider-services node              an RPC node's /status on :26657
  provider-services version

Flags (each also as environment variable AP_NAME or AKASH_NAME):
  --provider ADDR             the provider's address (operator)
  --kubeconfig FILE           cluster to use when this is not a pod
  --rest-address, --rest-port where the operator listens
  --metal-lb-pool NAME        the pool whose numbers count (default: default)
  --metal-lb-endpoint H:P     instead of discovery
  --ip-operator               wait for the IP operator (run)
  --ip-operator-endpoint H:P  instead of discovery
  --gateway-listen-address, --gateway-grpc-listen-address  where run listens

Of the stand-in alone, by environment:
  STANDIN_VERSION             the version it plays (set in each image)
  STANDIN_REFRESH_SECONDS     between two readings of MetalLB (600)
  STANDIN_DEADLINE_SECONDS    after which a hung discovery is reported (60)
  STANDIN_DNS_SERVER          host:port of a DNS server, to discover as in a pod
  STANDIN_FAULT               slow=MS, hang, 503, crash, metrics-port=PORT
  STANDIN_FAULT_ADDRESS       fault port (in a pod :9099, else none):
                              GET /fault?mode=slow&value=2000, mode=none ends it
  STANDIN_KEY_ADDRESS         address of a wallet known by a key's name only
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	switch filepath.Base(os.Args[0]) {
	case "curl":
		os.Exit(curl(os.Args[1:], os.Stdout, os.Stderr))
	case "printenv":
		os.Exit(printenv(os.Args[1:]))
	}
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "provider-services" {
		args = args[1:] // the image's entrypoint is this program, and the charts name it again
	} else if len(args) > 0 && strings.HasPrefix(args[0], "/") {
		program := args[0]
		if _, err := os.Stat(program); err != nil && filepath.Base(program) == "bash" {
			program = "/bin/sh"
		}
		fmt.Fprintln(os.Stderr, "Error:", syscall.Exec(program, args, os.Environ()))
		os.Exit(127)
	}
	if err := dispatch(ctx, args); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	words := strings.Join(args, " ")
	switch {
	case words == "version" || words == "--version":
		fmt.Printf("v%s (STAND-IN for provider-services, not Akash's)\n", playedVersion())
		return nil
	case words == "" || words == "help" || strings.Contains(words, "--help"):
		fmt.Print(about)
		return nil
	case strings.HasPrefix(words, "operator ip"):
		return withFlags(args[2:], func() error { return runOperator(ctx) })
	case args[0] == "ip-operator":
		return withFlags(args[1:], func() error { return runOperator(ctx) })
	case args[0] == "web":
		return runWeb(ctx)
	case args[0] == "node":
		return runNode(ctx)
	case args[0] == "run":
		return withFlags(args[1:], func() error { return runProvider(ctx) })
	}
	return chainCommand(args, os.Stdout)
}

// printenv is here because Debian's busybox has none.
func printenv(names []string) int {
	if len(names) == 0 {
		fmt.Println(strings.Join(os.Environ(), "\n"))
		return 0
	}
	status := 0
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			fmt.Println(value)
		} else {
			status = 1
		}
	}
	return status
}

// listen serves handler until ctx ends; an empty address serves nothing.
func listen(ctx context.Context, server *http.Server, failed chan<- error) {
	if server.Addr == "" || server.Addr == "off" {
		return
	}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	go func() {
		var err error
		if server.TLSConfig != nil {
			err = server.ListenAndServeTLS("", "")
		} else {
			err = server.ListenAndServe()
		}
		if !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
}
