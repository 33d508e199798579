// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// Faults are failures that a test switches on from outside: at start by
// STANDIN_FAULT, later by GET /fault?mode=... on the fault port.
type Faults struct {
	lock  sync.Mutex
	mode  string // "", slow, hang, 503, metrics-port
	value int    // slow: milliseconds; metrics-port: the port
	exit  func(int)
}

// Set takes "none", "slow", "hang", "503", "crash" or "metrics-port"; value
// is the number for slow (milliseconds) and metrics-port.
func (f *Faults) Set(mode, value string) error {
	number := 0
	switch mode {
	case "none":
		mode = ""
	case "hang", "503":
	case "crash":
		fmt.Fprintln(os.Stderr, "STAND-IN: crash on demand")
		f.exit(1)
		return nil
	case "slow", "metrics-port":
		var err error
		if number, err = strconv.Atoi(value); err != nil || number <= 0 {
			return fmt.Errorf("fault %q needs value=NUMBER, not %q", mode, value)
		}
	default:
		return fmt.Errorf("unknown fault %q: none, slow, hang, 503, crash, metrics-port", mode)
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.mode, f.value = mode, number
	return nil
}

func (f *Faults) get() (string, int) {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.mode, f.value
}

// MetricsPort is the port to ask MetalLB on instead of the discovered one, or 0.
func (f *Faults) MetricsPort() int {
	if mode, value := f.get(); mode == "metrics-port" {
		return value
	}
	return 0
}

// Wrap lets the fault come before the handler's own answer.
func (f *Faults) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		switch mode, value := f.get(); mode {
		case "slow":
			select {
			case <-time.After(time.Duration(value) * time.Millisecond):
			case <-request.Context().Done():
				return
			}
		case "hang":
			<-request.Context().Done()
			return
		case "503":
			out.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(out, request)
	})
}

// Handler is the fault port: GET /fault tells, GET /fault?mode=M&value=N sets.
func (f *Faults) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/fault", func(out http.ResponseWriter, request *http.Request) {
		if query := request.URL.Query(); query.Has("mode") {
			if err := f.Set(query.Get("mode"), query.Get("value")); err != nil {
				http.Error(out, err.Error(), http.StatusBadRequest)
				return
			}
		}
		mode, value := f.get()
		if mode == "" {
			mode = "none"
		}
		fmt.Fprintf(out, "{\"mode\":%q,\"value\":%d}\n", mode, value)
	})
	return mux
}
