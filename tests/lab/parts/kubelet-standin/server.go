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
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/types"
	remotecommandconsts "k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
	streaming "k8s.io/kubelet/pkg/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const (
	idleTimeout     = 4 * time.Hour
	creationTimeout = 30 * time.Second
)

// serveKubelet answers what the API server asks a node: exec, logs, port-forward.
// It checks no client certificate: nobody but the lab is on its network.
func serveKubelet(ctx context.Context, agent *Agent) error {
	certificate, err := selfSigned(agent.settings.Node)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", agent.serveExec)
	mux.HandleFunc("/exec/{namespace}/{pod}/{uid}/{container}", agent.serveExec)
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", agent.serveLogs)
	mux.HandleFunc("/portForward/{namespace}/{pod}", agent.servePortForward)
	mux.HandleFunc("/portForward/{namespace}/{pod}/{uid}", agent.servePortForward)
	mux.HandleFunc("GET /healthz", func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "ok") })
	server := &http.Server{Addr: fmt.Sprintf("%s:%d", agent.settings.Address, kubeletPort), Handler: mux,
		TLSConfig:    &tls.Config{Certificates: []tls.Certificate{certificate}},
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}} // SPDY needs HTTP/1.1
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return server.ListenAndServeTLS("", "")
}

func selfSigned(host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), crypto_rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host},
		Subject:   pkix.Name{CommonName: host, Organization: []string{"STAND-IN"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0)}
	raw, err := x509.CreateCertificate(crypto_rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, err
}

func (a *Agent) wanted(out http.ResponseWriter, request *http.Request) (*Pod, *Container) {
	pod := a.find(request.PathValue("namespace"), request.PathValue("pod"))
	if pod == nil {
		http.Error(out, "pod does not exist", http.StatusNotFound)
		return nil, nil
	}
	name := request.PathValue("container")
	container := pod.container(name)
	if container == nil && name != "" {
		http.Error(out, fmt.Sprintf("container not found (%q)", name), http.StatusNotFound)
		return nil, nil
	}
	return pod, container
}

func (a *Agent) serveExec(out http.ResponseWriter, request *http.Request) {
	pod, container := a.wanted(out, request)
	if container == nil {
		return
	}
	options, err := streaming.NewOptions(request)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	streaming.ServeExec(out, request, executor{container}, pod.String(), pod.uid, container.spec.Name,
		request.URL.Query()["command"], options, idleTimeout, creationTimeout, remotecommandconsts.SupportedStreamingProtocols)
}

type executor struct{ container *Container }

// ExecInContainer runs a command among the container's processes and files, with
// its environment. There is no terminal.
func (e executor) ExecInContainer(ctx context.Context, _ string, _ types.UID, name string, words []string,
	in io.Reader, out, errOut io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	container := e.container
	container.pod.lock.Lock()
	pid, environment, uid, gid := container.pid, container.environment, container.uid, container.gid
	container.pod.lock.Unlock()
	if pid == 0 {
		return fmt.Errorf("container not found (%q)", name)
	}
	args := []string{"--target", strconv.Itoa(pid), "--mount", "--net", "--pid", "--uts",
		fmt.Sprintf("--root=/proc/%d/root", pid), fmt.Sprintf("--wd=/proc/%d/root", pid)}
	if uid != 0 || gid != 0 {
		args = append(args, "--setuid", strconv.Itoa(uid), "--setgid", strconv.Itoa(gid))
	}
	command := exec.CommandContext(ctx, "nsenter", append(append(args, "--"), words...)...)
	command.Env, command.Stdin, command.Stdout = environment, in, out
	command.Stderr = errOut
	if errOut == nil { // a terminal was asked for: one stream
		command.Stderr = out
	}
	command.WaitDelay = time.Second // for standard input, which may never end
	err := command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", exit.ExitCode()), Code: exit.ExitCode()}
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

func (a *Agent) serveLogs(out http.ResponseWriter, request *http.Request) {
	_, container := a.wanted(out, request)
	if container == nil {
		return
	}
	query := request.URL.Query()
	options := logOptions{tail: -1, timestamps: query.Get("timestamps") == "true", follow: query.Get("follow") == "true"}
	if text := query.Get("tailLines"); text != "" {
		options.tail, _ = strconv.Atoi(text)
	}
	if text := query.Get("limitBytes"); text != "" {
		options.limit, _ = strconv.ParseInt(text, 10, 64)
	}
	if text := query.Get("sinceSeconds"); text != "" {
		seconds, _ := strconv.Atoi(text)
		options.since = time.Now().Add(-time.Duration(seconds) * time.Second)
	}
	if text := query.Get("sinceTime"); text != "" {
		options.since, _ = time.Parse(time.RFC3339, text)
	}
	path := container.log.path
	if query.Get("previous") == "true" {
		path, options.follow = container.log.previous(), false
	}
	flush := func() {
		if flusher, ok := out.(http.Flusher); ok {
			flusher.Flush()
		}
	}
	ended := func() bool {
		container.pod.lock.Lock()
		defer container.pod.lock.Unlock()
		return container.state.Running == nil
	}
	if err := show(request.Context(), path, options, out, flush, ended); err != nil {
		http.Error(out, fmt.Sprintf("container %q in pod %q has no such log", container.spec.Name, container.pod.object.Name),
			http.StatusBadRequest)
	}
}

func (a *Agent) servePortForward(out http.ResponseWriter, request *http.Request) {
	pod, _ := a.wanted(out, request)
	if pod == nil {
		return
	}
	options, err := portforward.NewV4Options(request)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(out, request, forwarder{pod}, pod.String(), pod.uid, options, idleTimeout,
		creationTimeout, portforward.SupportedProtocols)
}

type forwarder struct{ pod *Pod }

// PortForward connects to the pod's address; what listens on loopback only is
// not reached.
func (f forwarder) PortForward(ctx context.Context, _ string, _ types.UID, port int32, stream io.ReadWriteCloser) error {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(f.pod.address, strconv.Itoa(int(port))))
	if err != nil {
		return err
	}
	defer connection.Close()
	go func() { _, _ = io.Copy(connection, stream) }()
	_, err = io.Copy(stream, connection)
	return err
}
