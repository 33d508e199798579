// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

const podSecrets = "/var/run/secrets/kubernetes.io/serviceaccount/"

// Kube speaks to the API server: plain JSON over HTTP, which keeps client-go
// and its build time out of a test program.
type Kube struct {
	base      string
	http      *http.Client
	tokenFile string
	token     string
	InPod     bool
}

// KubeError is an API server's refusal; Error() is what kubectl would print
// after "Error from server".
type KubeError struct {
	Code    int
	Message string
}

func (e *KubeError) Error() string { return e.Message }

func isNotFound(err error) bool {
	var refusal *KubeError
	return errors.As(err, &refusal) && refusal.Code == http.StatusNotFound
}

// NewKube uses the pod's own account, or the kubeconfig when one is named or
// when this is not a pod.
func NewKube(kubeconfig string) (*Kube, error) {
	if kubeconfig == "" && os.Getenv("KUBERNETES_SERVICE_HOST") != "" {
		return inCluster()
	}
	if kubeconfig == "" {
		return nil, errors.New("not in a pod and no kubeconfig named (--kubeconfig or KUBECONFIG)")
	}
	return fromKubeconfig(kubeconfig)
}

func client(config *tls.Config) *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
}

func inCluster() (*Kube, error) {
	authority, err := os.ReadFile(podSecrets + "ca.crt")
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	address := net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	return &Kube{
		base:      "https://" + address,
		http:      client(&tls.Config{RootCAs: roots}),
		tokenFile: podSecrets + "token",
		InPod:     true,
	}, nil
}

type kubeconfigFile struct {
	CurrentContext string `yaml:"current-context"`
	Contexts       []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Clusters []struct {
		Name    string
		Cluster struct {
			Server string
			CA     string `yaml:"certificate-authority-data"`
			CAFile string `yaml:"certificate-authority"`
		}
	}
	Users []struct {
		Name string
		User struct {
			Cert     string `yaml:"client-certificate-data"`
			CertFile string `yaml:"client-certificate"`
			Key      string `yaml:"client-key-data"`
			KeyFile  string `yaml:"client-key"`
			Token    string
		}
	}
}

func dataOrFile(data, file string) ([]byte, error) {
	if data != "" {
		return base64.StdEncoding.DecodeString(data)
	}
	if file == "" {
		return nil, nil
	}
	return os.ReadFile(file)
}

func fromKubeconfig(path string) (*Kube, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file kubeconfigFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	kube, config := &Kube{}, &tls.Config{}
	for _, context := range file.Contexts {
		if context.Name != file.CurrentContext {
			continue
		}
		if err := kube.useCluster(file, context.Context.Cluster, config); err != nil {
			return nil, err
		}
		if err := kube.useUser(file, context.Context.User, config); err != nil {
			return nil, err
		}
	}
	if kube.base == "" {
		return nil, fmt.Errorf("%s: no cluster for context %q", path, file.CurrentContext)
	}
	kube.http = client(config)
	return kube, nil
}

func (k *Kube) useCluster(file kubeconfigFile, name string, config *tls.Config) error {
	for _, cluster := range file.Clusters {
		if cluster.Name != name {
			continue
		}
		k.base = strings.TrimRight(cluster.Cluster.Server, "/")
		authority, err := dataOrFile(cluster.Cluster.CA, cluster.Cluster.CAFile)
		if err != nil {
			return err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(authority)
	}
	return nil
}

func (k *Kube) useUser(file kubeconfigFile, name string, config *tls.Config) error {
	for _, user := range file.Users {
		if user.Name != name {
			continue
		}
		k.token = user.User.Token
		cert, err := dataOrFile(user.User.Cert, user.User.CertFile)
		if err != nil || cert == nil {
			return err
		}
		key, err := dataOrFile(user.User.Key, user.User.KeyFile)
		if err != nil {
			return err
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return nil
}

func (k *Kube) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, k.base+path, reader)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	token := k.token
	if k.tokenFile != "" { // read each time: the kubelet renews it
		text, err := os.ReadFile(k.tokenFile)
		if err != nil {
			return nil, err
		}
		token = string(text)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	}
	response, err := k.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		defer response.Body.Close()
		return nil, refusal(method, path, response)
	}
	return response, nil
}

// refusal words a failure as client-go does. A path that the server does not
// know at all (a CRD that is not there) is answered without a Status.
func refusal(method, path string, response *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	var status struct{ Kind, Message string }
	if json.Unmarshal(text, &status) == nil && status.Kind == "Status" && status.Message != "" {
		return &KubeError{response.StatusCode, status.Message}
	}
	if response.StatusCode == http.StatusNotFound {
		verb := map[string]string{http.MethodPut: "put", http.MethodPost: "post", http.MethodDelete: "delete"}[method]
		if verb == "" {
			verb = "get"
		}
		resource := path[strings.LastIndexByte(path, '/')+1:]
		resource, _, _ = strings.Cut(resource, "?")
		if group, found := strings.CutPrefix(path, "/apis/"); found {
			group, _, _ = strings.Cut(group, "/")
			resource += "." + group
		}
		return &KubeError{404, fmt.Sprintf("the server could not find the requested resource (%s %s)", verb, resource)}
	}
	return &KubeError{response.StatusCode, fmt.Sprintf("%s: %s", response.Status, bytes.TrimSpace(text))}
}

// Do sends one request and reads the answer into out, if it is not nil.
func (k *Kube) Do(ctx context.Context, method, path string, body, out any) error {
	response, err := k.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
	return json.NewDecoder(response.Body).Decode(out)
}

func (k *Kube) Get(ctx context.Context, path string, out any) error {
	return k.Do(ctx, http.MethodGet, path, nil, out)
}

// WatchEvent is one line of a watch.
type WatchEvent struct {
	Type   string
	Object json.RawMessage
}

// Watch delivers events until ctx ends or the server closes the stream; the
// channel is closed then.
func (k *Kube) Watch(ctx context.Context, path string) (<-chan WatchEvent, error) {
	response, err := k.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	events := make(chan WatchEvent)
	go func() {
		defer close(events)
		defer response.Body.Close()
		decoder := json.NewDecoder(response.Body)
		for {
			var event WatchEvent
			if decoder.Decode(&event) != nil {
				return
			}
			select {
			case events <- event:
			case <-ctx.Done():
				return
			}
		}
	}()
	return events, nil
}
