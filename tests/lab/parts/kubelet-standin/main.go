// SPDX-License-Identifier: Apache-2.0

// Command kubelet-standin is a STAND-IN for the kubelet and its container
// runtime, for the tests of iplease: it runs the containers of the pods of one
// node as plain processes in namespaces of their own. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Settings are the command's flags.
type Settings struct {
	Kubeconfig string
	Node       string // name
	Address    string // of the node, IPv4
	Subnet     string // of the pods: three octets, "10.244.0"
	Images     string // index.json of the unpacked images
	Data       string // scratch, emptied at start
	Pause      string // program that holds a pod's network namespace
	DNS        string // address of the cluster's DNS Service
}

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	if len(os.Args) == 3 && os.Args[1] == "container" {
		becomeContainer(os.Args[2])
	}
	var settings Settings
	flag.StringVar(&settings.Kubeconfig, "kubeconfig", "", "how to reach the API server")
	flag.StringVar(&settings.Node, "node", "node1", "the node's name")
	flag.StringVar(&settings.Address, "address", "", "the node's address")
	flag.StringVar(&settings.Subnet, "pods", "10.244.0", "the pods' network, three octets of a /24")
	flag.StringVar(&settings.Images, "images", "", "index.json of the unpacked images")
	flag.StringVar(&settings.Data, "data", "", "folder for the containers' files")
	flag.StringVar(&settings.Pause, "pause", "", "program that does nothing")
	flag.StringVar(&settings.DNS, "dns", "10.96.0.10", "the cluster's DNS server")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, settings); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, settings Settings) error {
	config, err := clientcmd.BuildConfigFromFlags("", settings.Kubeconfig)
	if err != nil {
		return err
	}
	config = rest.AddUserAgent(config, "STAND-IN")
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(settings.Data); err != nil {
		return err
	}
	if err := os.MkdirAll(settings.Data, 0o755); err != nil {
		return err
	}
	agent := newAgent(settings, client)
	failed := make(chan error, 1)
	go func() { failed <- serveKubelet(ctx, agent) }()
	if err := registerNode(ctx, agent); err != nil {
		return fmt.Errorf("register the node: %w", err)
	}
	go renewLease(ctx, agent)
	go agent.watch(ctx)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}
