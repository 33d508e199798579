// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

type stateEntry struct {
	Changed      string  `json:"last-event-time,omitempty"`
	LeaseID      LeaseID `json:"lease-id"`
	Namespace    string  `json:"namespace"`
	Port         uint32  `json:"port"`
	ExternalPort uint32  `json:"external-port"`
	ServiceName  string  `json:"service-name"`
	SharingKey   string  `json:"sharing-key"`
}

// ignoredEntry is one value of /ignored-leases. "hostnames" holds sharing keys:
// the list is shared with the operator of host names.
type ignoredEntry struct {
	Hostnames     []string `json:"hostnames"`
	LastError     string   `json:"last-error"`
	LastErrorType string   `json:"last-error-type"`
	FailedAt      string   `json:"failed-at"`
	FailureCount  int      `json:"failure-count"`
	Namespace     string   `json:"namespace"`
}

// Handler is the operator's HTTP side. Behind the barrier every route, even an
// unknown one's neighbour, answers 503 with an empty body, and says so in the log.
func (o *Operator) Handler(version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(out http.ResponseWriter, _ *http.Request) {
		_, _ = out.Write([]byte("OK"))
	})
	mux.HandleFunc("/usage", func(out http.ResponseWriter, _ *http.Request) {
		o.lock.Lock()
		usage := o.usage
		o.lock.Unlock()
		writeJSON(out, http.StatusOK, usage)
	})
	mux.HandleFunc("/state", func(out http.ResponseWriter, _ *http.Request) { writeJSON(out, http.StatusOK, o.stateView()) })
	mux.HandleFunc("/ignored-leases", func(out http.ResponseWriter, _ *http.Request) {
		ignored := o.ignoredView()
		if ignored == nil {
			out.WriteHeader(http.StatusNoContent)
			return
		}
		writeJSON(out, http.StatusOK, ignored)
	})
	mux.HandleFunc("/version", func(out http.ResponseWriter, _ *http.Request) {
		writeJSON(out, http.StatusOK, versionInfo(version))
	})
	mux.HandleFunc("GET /ip-lease-status/{owner}/{dseq}/{gseq}/{oseq}", o.leaseStatus)
	return http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		if !o.open.Load() {
			o.Log.Error("barrier is locked, can't service request", "path", request.URL.Path)
			out.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(out, request)
	})
}

func versionInfo(version string) map[string]any {
	return map[string]any{
		"name": "provider-services", "server_name": "provider-services", "version": "v" + version,
		"commit": "STAND-IN", "build_tags": "stand-in", "go": "", "build_deps": []string{},
		"cosmos_sdk_version": "",
	}
}

func writeJSON(out http.ResponseWriter, status int, value any) {
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(value)
}

func (o *Operator) stateView() map[string][]stateEntry {
	o.lock.Lock()
	defer o.lock.Unlock()
	view := map[string][]stateEntry{}
	for _, entry := range o.state {
		id := entry.spec.LeaseID
		view[id.String()] = append(view[id.String()], stateEntry{
			Changed: entry.changed.UTC().String(), LeaseID: id, Namespace: id.Namespace(),
			Port: entry.spec.Port, ExternalPort: entry.spec.ExternalPort,
			ServiceName: entry.spec.ServiceName, SharingKey: entry.spec.SharingKey,
		})
	}
	return view
}

// ignoredView has every lease that failed, not only those that are ignored by
// now. It is nil as long as there was none, until the first pruning.
func (o *Operator) ignoredView() map[string]ignoredEntry {
	o.lock.Lock()
	defer o.lock.Unlock()
	if len(o.failed) == 0 && !o.pruned {
		return nil
	}
	view := map[string]ignoredEntry{}
	for id, entry := range o.failed {
		view[id.String()] = ignoredEntry{Hostnames: entry.keys, LastError: entry.last.Error(),
			LastErrorType: "*errors.StatusError", FailedAt: entry.at.UTC().String(),
			FailureCount: entry.count, Namespace: id.Namespace()}
	}
	return view
}

func (o *Operator) leaseStatus(out http.ResponseWriter, request *http.Request) {
	id := LeaseID{Owner: request.PathValue("owner"), DSeq: request.PathValue("dseq"), Provider: o.Provider}
	_, dseqError := strconv.ParseUint(id.DSeq, 10, 64)
	gseq, gseqError := strconv.ParseUint(request.PathValue("gseq"), 10, 32)
	oseq, oseqError := strconv.ParseUint(request.PathValue("oseq"), 10, 32)
	if dseqError != nil || gseqError != nil || oseqError != nil || CheckAddress(id.Owner) != nil {
		out.WriteHeader(http.StatusNotFound)
		return
	}
	id.GSeq, id.OSeq = uint32(gseq), uint32(oseq)
	found, err := o.Kube.leaseStatus(request.Context(), id)
	if err != nil {
		o.Log.Error("Could not get IP address status", "lease-id", id.String(), "error", err)
		writeJSON(out, http.StatusInternalServerError, struct {
			Error string
			Code  int
		}{strings.TrimSpace(err.Error()), -1})
		return
	}
	if len(found) == 0 {
		out.WriteHeader(http.StatusNoContent)
		return
	}
	writeJSON(out, http.StatusOK, found)
}
