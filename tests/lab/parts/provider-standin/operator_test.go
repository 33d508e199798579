// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	owner    = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"
	provider = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"
)

// cluster is as much of an API server as the operator talks to.
type cluster struct {
	lock       sync.Mutex
	leased     []LeasedIP
	noCRD      bool
	noSpace    bool // the lease's namespace is not there
	created    []string
	configMaps chan string
	events     chan string
}

func (c *cluster) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	c.lock.Lock()
	defer c.lock.Unlock()
	path := request.URL.Path
	watch := request.URL.Query().Get("watch") == "true"
	switch {
	case watch && strings.HasSuffix(path, "/configmaps"):
		c.stream(out, request, c.configMaps)
	case watch:
		c.stream(out, request, c.events)
	case strings.HasSuffix(path, "/providerleasedips") && c.noCRD:
		http.NotFound(out, request)
	case strings.HasSuffix(path, "/providerleasedips"):
		_ = json.NewEncoder(out).Encode(map[string]any{"metadata": map[string]string{"resourceVersion": "7"}, "items": c.leased})
	case request.Method == http.MethodPost && c.noSpace:
		out.WriteHeader(http.StatusNotFound)
		fmt.Fprint(out, `{"kind":"Status","message":"namespaces \"abc\" not found"}`)
	case request.Method == http.MethodPost:
		text, _ := io.ReadAll(request.Body)
		c.created = append(c.created, path+" "+string(text))
		out.WriteHeader(http.StatusCreated)
	case strings.HasSuffix(path, "/services"):
		fmt.Fprint(out, `{"items":[]}`)
	default:
		out.WriteHeader(http.StatusNotFound)
		fmt.Fprint(out, `{"kind":"Status","message":"namespaces \"lease\" not found"}`)
	}
}

// stream sends lines until the client goes; called with the lock held.
func (c *cluster) stream(out http.ResponseWriter, request *http.Request, lines chan string) {
	c.lock.Unlock()
	defer c.lock.Lock()
	out.WriteHeader(http.StatusOK)
	out.(http.Flusher).Flush()
	for {
		select {
		case line := <-lines:
			fmt.Fprintln(out, line)
			out.(http.Flusher).Flush()
		case <-request.Context().Done():
			return
		}
	}
}

type lockedBuffer struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.String()
}

type rig struct {
	*cluster
	operator *Operator
	http     http.Handler
	log      *lockedBuffer
	total    atomic.Int64 // addresses that MetalLB reports; negative: it is down
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{cluster: &cluster{configMaps: make(chan string), events: make(chan string)}, log: &lockedBuffer{}}
	r.total.Store(21)
	api := httptest.NewServer(r.cluster)
	metallb := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		if r.total.Load() < 0 {
			http.Error(out, "Client sent an HTTP request to an HTTPS server.", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(out, "%s{pool=\"default\"} 2\n%s{pool=\"default\"} %d\n", metricInUse, metricTotal, r.total.Load())
	}))
	log := NewLogger(r.log, OperatorForm).With("operator", "ip")
	kube := &Kube{base: api.URL, http: api.Client()}
	r.operator = &Operator{
		Kube: kube, Log: log, Provider: provider, Leases: "lease", FailLimit: 3,
		Retry: 20 * time.Millisecond, Refresh: time.Hour, Deadline: time.Second, Prune: time.Hour,
		MetalLB: &MetalLB{Pool: defaultPool, Log: log, Faults: &Faults{}, Discovery: &Discovery{
			Endpoint: strings.TrimPrefix(metallb.URL, "http://"), Resolver: resolverFor(""), Log: log}},
	}
	r.http = r.operator.Handler("0.16.2")
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() {
		cancel()
		api.CloseClientConnections()
		api.Close()
		metallb.Close()
	})
	go func() { _ = r.operator.Run(ctx) }()
	return r
}

func (r *rig) get(path string) (int, string) {
	answer := httptest.NewRecorder()
	r.http.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	return answer.Code, answer.Body.String()
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}

func (r *rig) expect(t *testing.T, path string, status int, body string) {
	t.Helper()
	var code int
	var text string
	eventually(t, fmt.Sprintf("%s = %d %q", path, status, body), func() bool {
		code, text = r.get(path)
		return code == status && text == body
	})
}

func TestGoodStartOpensTheBarrier(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.expect(t, "/usage", 200, "{\"Available\":21,\"InUse\":2}\n")
	r.expect(t, "/state", 200, "{}\n")
	r.expect(t, "/ignored-leases", 204, "")
	r.expect(t, "/ip-lease-status/"+owner+"/1/1/1", 204, "")
	want := []string{"ip operator start", "associated provider", "fetching existing IP passthroughs",
		"ip address inventory available=21 in-use=2 operator=ip", "starting observation",
		"starting ip passthrough watch operator=ip resourceVersion=7", "barrier can now be passed"}
	rest := r.log.String()
	for _, line := range want {
		_, after, found := strings.Cut(rest, "<nil> INF "+line)
		if !found {
			t.Fatalf("no %q in order in:\n%s", line, r.log.String())
		}
		rest = after
	}
}

func TestPoolEditIsSeenAtAConfigMapEventOnly(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/usage", 200, "{\"Available\":21,\"InUse\":2}\n")
	r.total.Store(31)
	time.Sleep(50 * time.Millisecond) // long enough for a wrong refresh to show
	r.expect(t, "/usage", 200, "{\"Available\":21,\"InUse\":2}\n")
	r.configMaps <- `{"type":"ADDED","object":{}}`
	r.expect(t, "/usage", 200, "{\"Available\":31,\"InUse\":2}\n")
}

func TestFailedRefreshLocksTheBarrierAgain(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.total.Store(-1)
	r.expect(t, "/health", 200, "OK")
	r.configMaps <- `{"type":"ADDED","object":{}}`
	for _, path := range []string{"/health", "/usage", "/state", "/version", "/ignored-leases", "/nothing"} {
		r.expect(t, path, 503, "")
	}
	for _, line := range []string{"checking metal lb metrics returned", "observation stopped err=\"metal lb error: response status 400\"",
		"barrier is locked, can't service request operator=ip path=/usage"} {
		if !strings.Contains(r.log.String(), line) {
			t.Errorf("no %q in:\n%s", line, r.log.String())
		}
	}
	r.total.Store(21)
	r.expect(t, "/health", 200, "OK")
}

func TestMissingCRDLocksUntilItIsThere(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.cluster.lock.Lock()
	r.noCRD = true
	r.cluster.lock.Unlock()
	r.total.Store(-1)
	r.configMaps <- `{"type":"ADDED","object":{}}`
	r.expect(t, "/health", 503, "")
	r.total.Store(21)
	missing := `the server could not find the requested resource (get providerleasedips.akash.network)`
	eventually(t, missing, func() bool { return strings.Contains(r.log.String(), missing) })
	r.expect(t, "/health", 503, "")
	r.cluster.lock.Lock()
	r.noCRD = false
	r.cluster.lock.Unlock()
	r.expect(t, "/health", 200, "OK")
}

func leasedIP(ownerAddress string) LeasedIP {
	item := LeasedIP{Spec: LeasedIPSpec{LeaseID: LeaseID{ownerAddress, "12", 1, 1, provider}, ServiceName: "web",
		Port: 3000, ExternalPort: 80, SharingKey: owner + "-ip-myendpoint", Protocol: "TCP"}}
	item.Metadata.Name = "one"
	return item
}

func event(kind string, item LeasedIP) string {
	text, _ := json.Marshal(map[string]any{"type": kind, "object": item})
	return string(text)
}

func TestLeasedIPBecomesAService(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.events <- event("ADDED", leasedIP(owner))
	eventually(t, "a Service", func() bool {
		r.cluster.lock.Lock()
		defer r.cluster.lock.Unlock()
		return len(r.created) == 1
	})
	for _, part := range []string{`"name":"web-ip-80-tcp"`, `"type":"LoadBalancer"`, `"akash.network/service-target":"metal-lb"`,
		`"metallb.universe.tf/allow-shared-ip":"` + owner + `-ip-myendpoint"`, `"akash.network/manifest-service":"web"`, `"targetPort":3000`} {
		if !strings.Contains(r.created[0], part) {
			t.Errorf("no %s in %s", part, r.created[0])
		}
	}
	if strings.Contains(r.created[0], notePool) {
		t.Error("the pool annotation must not be there for the default pool")
	}
	if _, state := r.get("/state"); !strings.Contains(state, `"external-port":80`) {
		t.Errorf("/state is %s", state)
	}
}

func TestIgnoredLeasesAreObjects(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.cluster.lock.Lock()
	r.noSpace, r.leased = true, []LeasedIP{leasedIP(owner)}
	r.cluster.lock.Unlock()
	r.events <- event("ADDED", leasedIP(owner))
	ignoring := "ignoring event for lease=" + leasedIP(owner).Spec.LeaseID.String()
	eventually(t, ignoring, func() bool { return strings.Contains(r.log.String(), ignoring) })
	r.expect(t, "/health", 200, "OK")
	_, body := r.get("/ignored-leases")
	var found map[string]map[string]any
	if err := json.Unmarshal([]byte(body), &found); err != nil || len(found) != 1 {
		t.Fatalf("%v in %s", err, body)
	}
	entry := found[leasedIP(owner).Spec.LeaseID.String()]
	for key, want := range map[string]any{"last-error": `namespaces "abc" not found`, "failure-count": 3.0,
		"namespace": leasedIP(owner).Spec.LeaseID.Namespace(), "last-error-type": "*errors.StatusError"} {
		if entry[key] != want {
			t.Errorf("%s is %v, not %v", key, entry[key], want)
		}
	}
	if keys := fmt.Sprint(entry["hostnames"]); keys != "["+owner+"-ip-myendpoint]" || entry["failed-at"] == nil {
		t.Errorf("%s", body)
	}
}

func TestIgnoredLeasesHaveABodyAfterTheFirstPruning(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/ignored-leases", 204, "")
	r.operator.Prune = 10 * time.Millisecond // read at the next observation
	r.total.Store(-1)
	r.configMaps <- `{"type":"ADDED","object":{}}`
	r.expect(t, "/health", 503, "")
	r.total.Store(21)
	r.expect(t, "/ignored-leases", 200, "{}\n")
}

func TestBadOwnerWhileRunningIsPassedOver(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.events <- event("ADDED", leasedIP("nonsense1"))
	eventually(t, "the log line", func() bool { return strings.Contains(r.log.String(), "invalid owner address in provider host") })
	r.expect(t, "/health", 200, "OK")
}

func TestBadOwnerAtStartLocksTheBarrier(t *testing.T) {
	r := newRig(t)
	r.expect(t, "/health", 200, "OK")
	r.cluster.lock.Lock()
	r.leased = []LeasedIP{leasedIP("owner1")}
	r.cluster.lock.Unlock()
	r.total.Store(-1)
	r.configMaps <- `{"type":"ADDED","object":{}}`
	r.expect(t, "/health", 503, "")
	r.total.Store(21)
	eventually(t, "the bech32 error", func() bool {
		return strings.Contains(r.log.String(), "observation stopped err=\"decoding bech32 failed")
	})
	r.expect(t, "/health", 503, "")
	r.cluster.lock.Lock()
	r.leased = nil
	r.cluster.lock.Unlock()
	r.expect(t, "/health", 200, "OK")
}

func TestMissingLeaseNamespaceIsNamed(t *testing.T) {
	r := newRig(t)
	if err := r.operator.CheckNamespace(context.Background()); err == nil || err.Error() != `namespaces "lease" not found` {
		t.Fatalf("got %v", err)
	}
}
