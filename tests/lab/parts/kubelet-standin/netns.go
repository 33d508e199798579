// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
)

// gateway is a pod's next hop: an address of the node's end of each pod's own
// link. Pods are routed, not bridged, so Services work without br_netfilter.
const gateway = "169.254.1.1"

// PodNetwork is a network namespace, held by a process that does nothing.
type PodNetwork struct {
	holder *exec.Cmd
}

func (n *PodNetwork) pid() int {
	if n == nil || n.holder == nil {
		return 0
	}
	return n.holder.Process.Pid
}

func ipBatch(prefix []string, lines ...string) error {
	argv := append(append([]string{}, prefix...), "ip", "-batch", "-")
	command := exec.Command(argv[0], argv[1:]...)
	command.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// newPodNetwork makes a namespace with the address, reachable from the node.
func newPodNetwork(settings Settings, address string) (*PodNetwork, error) {
	holder := exec.Command(settings.Pause)
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if err := holder.Start(); err != nil {
		return nil, err
	}
	network := &PodNetwork{holder}
	pid := holder.Process.Pid
	link := "pod" + address[strings.LastIndexByte(address, '.')+1:]
	err := ipBatch(nil,
		fmt.Sprintf("link add %s type veth peer name eth0 netns %d", link, pid),
		fmt.Sprintf("addr add %s/32 dev %s", gateway, link),
		fmt.Sprintf("link set %s up", link),
		fmt.Sprintf("route add %s/32 dev %s src %s", address, link, settings.Address))
	if err == nil {
		err = ipBatch([]string{"nsenter", fmt.Sprintf("--net=/proc/%d/ns/net", pid), "--"},
			"link set lo up",
			fmt.Sprintf("addr add %s/32 dev eth0", address),
			"link set eth0 up",
			fmt.Sprintf("route add %s/32 dev eth0 scope link", gateway),
			fmt.Sprintf("route add default via %s dev eth0", gateway))
	}
	if err != nil {
		network.end()
		return nil, err
	}
	return network, nil
}

// end lets go of the namespace; its link goes with it.
func (n *PodNetwork) end() {
	if n == nil || n.holder == nil {
		return
	}
	_ = n.holder.Process.Kill()
	_ = n.holder.Wait()
}
