// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestAddressesAreRefusedInTheRealWords(t *testing.T) {
	for text, want := range map[string]string{
		owner:    "",
		provider: "",
		"":       "empty address string is not allowed",
		"akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfy": "decoding bech32 failed: invalid checksum (expected 7ykjfx got 7ykjfy)",
		"owner1xx": "decoding bech32 failed: invalid separator index 5",
		"cosmos1xmz9es9ay9ln9x2m3q8dlu0alxf0ltceuxdkxp": "decoding bech32 failed: invalid checksum",
		"akash": "decoding bech32 failed: invalid bech32 string length 5",
	} {
		err := CheckAddress(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// encode makes a valid bech32 text of five-bit values.
func encode(prefix string, data []byte) string {
	text := []byte(prefix + "1")
	for _, value := range data {
		text = append(text, charset[value])
	}
	return string(text) + checksum(prefix, data)
}

func TestValidTextOfAnotherChainOrLengthIsRefused(t *testing.T) {
	_, data, err := decode(provider)
	if err != nil || encode("akash", data) != provider {
		t.Fatalf("%v, %s", err, encode("akash", data))
	}
	for text, want := range map[string]string{
		encode("cosmos", data):     "invalid Bech32 prefix; expected akash, got cosmos",
		encode("akash", data[:24]): "address length must be 20 or 32 bytes, got 15: unknown address",
	} {
		if err := CheckAddress(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestLogForms(t *testing.T) {
	var out bytes.Buffer
	NewLogger(&out, OperatorForm).With("operator", "ip").Info("inventory", "in-use", uint(0), "available", uint(21), "err", errors.New("a b"))
	if got := out.String(); got != "<nil> INF inventory available=21 err=\"a b\" in-use=0 operator=ip\n" {
		t.Errorf("new form: %q", got)
	}
	out.Reset()
	NewLogger(&out, OldForm).Error("barrier is locked", "path", "/health")
	if got := out.String(); !strings.HasPrefix(got, "E[20") || !strings.Contains(got, "] barrier is locked ") || !strings.HasSuffix(got, " path=/health\n") {
		t.Errorf("old form: %q", got)
	}
	out.Reset()
	NewLogger(&out, ProviderForm).Error("dns discovery failed", "err", errors.New("a b"), "cmp", "x")
	form := regexp.MustCompile("^\x1b\\[90m1?[0-9]:[0-5][0-9][AP]M\x1b\\[0m \x1b\\[31mERR\x1b\\[0m \x1b\\[1mdns discovery failed\x1b\\[0m " +
		"\x1b\\[36mcmp=\x1b\\[0mx \x1b\\[36merr=\x1b\\[0m\"a b\"\n$")
	if got := out.String(); !form.MatchString(got) {
		t.Errorf("the provider's form: %q", got)
	}
}

// plain is text without its colours.
func plain(text string) string {
	return regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(text, "")
}

func TestMetricsOfAPool(t *testing.T) {
	text := "# TYPE x gauge\n" + metricInUse + "{pool=\"default\"} 1\n" + metricTotal + "{pool=\"default\"} 2.1e+01\n" +
		metricTotal + "{pool=\"other\"} 9\nmetallb_allocator_ipv4_addresses_total{pool=\"default\"} 5\n"
	usage, found, pools, err := readMetrics(strings.NewReader(text), "default")
	if err != nil || !found || pools != 2 || usage != (Usage{21, 1}) {
		t.Errorf("%v %v %v %v", usage, found, pools, err)
	}
	usage, found, pools, err = readMetrics(strings.NewReader("up 1\n"), "default")
	if err != nil || found || pools != 0 || usage != (Usage{}) {
		t.Errorf("no pool: %v %v %v %v", usage, found, pools, err)
	}
}

// dnsServer answers every question "no such host" while missing is set, and
// with an SRV record for port 8080 of localhost otherwise.
func dnsServer(t *testing.T, missing *atomic.Bool, asked *atomic.Int64) string {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			size, from, err := socket.ReadFrom(packet)
			if err != nil {
				return
			}
			asked.Add(1)
			end := 12
			for packet[end] != 0 {
				end += int(packet[end]) + 1
			}
			end += 5 // the root label, type, class
			if end > size {
				continue
			}
			answer := append([]byte{}, packet[:end]...)
			answer[2], answer[3] = 0x84, 0x03 // authoritative, no such name
			copy(answer[6:12], make([]byte, 6))
			if !missing.Load() {
				answer[3], answer[7] = 0, 1
				target := []byte("\x09localhost\x00")
				answer = append(answer, 0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 5, 0, byte(6+len(target)), 0, 0, 0, 0, 0x1f, 0x90)
				answer = append(answer, target...)
			}
			_, _ = socket.WriteTo(answer, from)
		}
	}()
	return socket.LocalAddr().String()
}

func TestFailedDiscoveryIsNeverTriedAgain(t *testing.T) {
	var missing atomic.Bool
	var asked atomic.Int64
	missing.Store(true)
	log := &lockedBuffer{}
	discovery := &Discovery{Port: "monitoring", Service: "controller", Namespace: "metallb-system", DNS: true,
		Resolver: resolverFor(dnsServer(t, &missing, &asked)), Log: NewLogger(log, OperatorForm)}
	if _, err := discovery.Get(context.Background()); err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Fatalf("first: %v", err)
	}
	missing.Store(false)
	before := asked.Load()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := discovery.Get(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("second: %v", err)
	}
	if asked.Load() != before || strings.Count(log.String(), "dns discovery") != 1 {
		t.Errorf("asked %d more times; log:\n%s", asked.Load()-before, log.String())
	}
}

// returns tells whether what is called comes back within the time.
func returns(within time.Duration, what func()) bool {
	done := make(chan struct{})
	go func() {
		what()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-time.After(within):
		return false
	}
}

func TestAfterAFailedDiscoveryTheProcessDoesNotEnd(t *testing.T) {
	var missing atomic.Bool
	var asked atomic.Int64
	missing.Store(true)
	newOne := func() *Discovery {
		return &Discovery{Port: "monitoring", Service: "controller", Namespace: "metallb-system", DNS: true,
			Resolver: resolverFor(dnsServer(t, &missing, &asked)), Log: NewLogger(&lockedBuffer{}, OperatorForm)}
	}
	failed := newOne()
	_, _ = failed.Get(context.Background())
	if returns(100*time.Millisecond, failed.Stop) {
		t.Error("a failed discovery let itself be stopped")
	}
	missing.Store(false)
	good := newOne()
	_, _ = good.Get(context.Background())
	if !returns(5*time.Second, good.Stop) {
		t.Error("a good discovery does not stop")
	}
}

func TestGoodDiscoveryIsKept(t *testing.T) {
	var missing atomic.Bool
	var asked atomic.Int64
	log := &lockedBuffer{}
	discovery := &Discovery{Port: "monitoring", Service: "controller", Namespace: "metallb-system", DNS: true,
		Resolver: resolverFor(dnsServer(t, &missing, &asked)), Log: NewLogger(log, OperatorForm)}
	target, err := discovery.Get(context.Background())
	if err != nil || target.URL != "http://localhost.:8080" {
		t.Fatalf("%v %v", target, err)
	}
	if want := `dns discovery success addrs=[{"Target":"localhost.","Port":8080,"Priority":0,"Weight":0}]`; !strings.Contains(log.String(), want) {
		t.Errorf("log: %s", log.String())
	}
	missing.Store(true)
	if again, err := discovery.Get(context.Background()); err != nil || again != target {
		t.Errorf("again: %v %v", again, err)
	}
}

func newProvider(endpoint string) (*Provider, *lockedBuffer) {
	log := &lockedBuffer{}
	logger := NewLogger(log, ProviderForm)
	p := &Provider{Log: logger, Host: "provider.lab.example", Address: provider, Delay: 10 * time.Millisecond, ready: make(chan struct{})}
	if endpoint != "" {
		p.Operator = &Discovery{Endpoint: endpoint, Resolver: resolverFor(""), Log: logger}
	}
	return p, log
}

func statusWithin(p *Provider, limit time.Duration) int {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	answer := httptest.NewRecorder()
	answer.Code = 0
	done := make(chan struct{})
	go func() {
		p.Status().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/status", nil).WithContext(ctx))
		close(done)
	}()
	<-done
	if answer.Body.Len() == 0 {
		return 0
	}
	return answer.Code
}

func TestProviderServesOnlyOnceTheOperatorDoes(t *testing.T) {
	var open atomic.Bool
	var connections atomic.Int64
	operator := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		if !open.Load() {
			http.Error(out, "a body, which must be read for the connection to be kept", http.StatusServiceUnavailable)
		}
	}))
	operator.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	operator.Start()
	defer operator.Close()
	p, log := newProvider(strings.TrimPrefix(operator.URL, "http://"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { _ = p.Wait(ctx) }()
	if got := statusWithin(p, 100*time.Millisecond); got != 0 {
		t.Fatalf("behind a locked operator /status answered %d", got)
	}
	for _, line := range []string{"check result operator=ip status=503", `err="ip operator is not yet alive"`} {
		if !strings.Contains(plain(log.String()), line) {
			t.Errorf("no %q in:\n%s", line, log.String())
		}
	}
	open.Store(true)
	if got := statusWithin(p, 5*time.Second); got != 200 {
		t.Fatalf("/status answered %d", got)
	}
	if !strings.Contains(log.String(), "all waitables ready") {
		t.Error(log.String())
	}
	if checks := strings.Count(log.String(), "check result"); connections.Load() != 1 || checks < 3 {
		t.Errorf("%d checks over %d connections: the real client stays with one", checks, connections.Load())
	}
}

func TestProviderWithoutLeasesServesAtOnce(t *testing.T) {
	p, log := newProvider("")
	_ = p.Wait(context.Background())
	if got := statusWithin(p, time.Second); got != 200 || log.String() != "" {
		t.Errorf("%d, log %q", got, log.String())
	}
}

func TestLivenessToolReadsTheGRPCPort(t *testing.T) {
	p, _ := newProvider("")
	_ = p.Wait(context.Background())
	server := httptest.NewUnstartedServer(p.GRPC())
	config, err := selfSigned(p.Host)
	if err != nil {
		t.Fatal(err)
	}
	server.TLS, server.EnableHTTP2 = config, true
	server.StartTLS()
	defer server.Close()
	var out, diag bytes.Buffer
	if status := curl([]string{"-kv", "--http2-prior-knowledge", server.URL}, &out, &diag); status != 0 {
		t.Fatalf("curl exit %d: %s", status, diag.String())
	}
	if !strings.Contains(diag.String(), "HTTP/2.0 200") || !strings.Contains(diag.String(), "content-type: application/grpc") {
		t.Error(diag.String())
	}
}

func TestFaults(t *testing.T) {
	status := 0
	faults := &Faults{exit: func(code int) { status = code }}
	wrapped := faults.Wrap(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte("fine")) }))
	ask := func(path string, handler http.Handler) (int, string) {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil).WithContext(ctx))
		return answer.Code, answer.Body.String()
	}
	set := func(query string) int { code, _ := ask("/fault?"+query, faults.Handler()); return code }
	if set("mode=503") != 200 {
		t.Fatal("cannot set 503")
	}
	if code, body := ask("/", wrapped); code != 503 || body != "" {
		t.Errorf("503: %d %q", code, body)
	}
	set("mode=hang")
	if _, body := ask("/", wrapped); body != "" {
		t.Errorf("hang answered %q", body)
	}
	set("mode=slow&value=30")
	start := time.Now()
	if _, body := ask("/", wrapped); body != "fine" || time.Since(start) < 30*time.Millisecond {
		t.Errorf("slow: %q after %v", body, time.Since(start))
	}
	set("mode=metrics-port&value=9120")
	if port := faults.MetricsPort(); port != 9120 || withPort("http://a.b.:7472", port) != "http://a.b.:9120" {
		t.Errorf("metrics-port: %d", port)
	}
	if set("mode=slow") != 400 || set("mode=what") != 400 {
		t.Error("a wrong fault was taken")
	}
	set("mode=none")
	if _, body := ask("/", wrapped); body != "fine" {
		t.Errorf("none: %q", body)
	}
	if set("mode=crash"); status != 1 {
		t.Error("crash did not exit with 1")
	}
}

func TestOldReleasesUseOldNames(t *testing.T) {
	for version, want := range map[string]string{"0.4.8": "akash-ip-operator api 8086", "0.8.2": "operator-ip rest 8080", "0.16.2": "operator-ip rest 8080"} {
		t.Setenv("STANDIN_VERSION", version)
		name, port, number := operatorService()
		if got := strings.Join([]string{name, port}, " "); !strings.HasPrefix(want, got+" ") || number == 0 {
			t.Errorf("%s: %s %d", version, got, number)
		}
	}
	t.Setenv("STANDIN_VERSION", "0.6.11-rc1")
	if !olderThan(10) || olderThan(5) {
		t.Error("0.6.11-rc1 is older than 0.10 and not older than 0.5")
	}
}
