// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	firstBackOff = 10 * time.Second // as the kubelet's, doubled each time
	lastBackOff  = 300 * time.Second
	longestPipe  = time.Second // how long an ended container's output may stay open
)

// Container is one container of a pod. Its states are under the pod's lock.
type Container struct {
	pod  *Pod
	spec *core.Container
	dir  string

	state, last core.ContainerState
	ready       bool
	restarts    int32
	pid         int
	environment []string
	uid, gid    int
	log         *Log
}

func newContainer(pod *Pod, spec *core.Container) *Container {
	container := &Container{pod: pod, spec: spec, dir: filepath.Join(pod.dir, "containers", spec.Name)}
	container.state = waitingState("ContainerCreating", "")
	container.log = &Log{path: filepath.Join(container.dir, "log")}
	return container
}

func waitingState(reason, message string) core.ContainerState {
	return core.ContainerState{Waiting: &core.ContainerStateWaiting{Reason: reason, Message: message}}
}

// change sets something of the state and tells the API server.
func (c *Container) change(ctx context.Context, set func()) {
	c.pod.lock.Lock()
	set()
	c.pod.lock.Unlock()
	c.pod.publish(ctx)
}

// live runs the container again and again, as the policy says; true: it ended well.
func (c *Container) live(ctx context.Context, policy core.RestartPolicy) bool {
	backOff := time.Duration(0)
	for ctx.Err() == nil {
		began := time.Now()
		command, reason, err := c.start(ctx)
		if err != nil {
			c.change(ctx, func() { c.state = waitingState(reason, err.Error()) })
			pause(ctx, retryPause)
			continue
		}
		code := c.follow(ctx, command)
		if ctx.Err() != nil {
			return false
		}
		c.change(ctx, func() { c.ended(code) })
		if policy == core.RestartPolicyNever || (policy == core.RestartPolicyOnFailure && code == 0) {
			return code == 0
		}
		if time.Since(began) > 10*time.Minute {
			backOff = 0
		}
		if backOff > 0 {
			text := fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", backOff, c.spec.Name, c.pod.object.Name)
			c.change(ctx, func() { c.last, c.state = c.state, waitingState("CrashLoopBackOff", text) })
			pause(ctx, backOff)
		}
		backOff = min(max(2*backOff, firstBackOff), lastBackOff)
		c.change(ctx, func() { c.restarts++ })
	}
	return false
}

func (c *Container) ended(code int) {
	reason := "Error"
	if code == 0 {
		reason = "Completed"
	}
	ended := &core.ContainerStateTerminated{ExitCode: int32(code), Reason: reason, FinishedAt: meta.Now()}
	if c.state.Running != nil {
		ended.StartedAt = c.state.Running.StartedAt
	}
	c.state, c.ready, c.pid = core.ContainerState{Terminated: ended}, false, 0
}

// start makes the process; reason is the word that a pod's status has for a failure.
func (c *Container) start(ctx context.Context) (command *exec.Cmd, reason string, err error) {
	// Read anew each time: `./dev lab load` adds to it.
	images, err := loadImages(c.pod.agent.settings.Images)
	if err != nil {
		return nil, "ErrImagePull", err
	}
	image, known := images[c.spec.Image]
	if !known {
		return nil, "ImagePullBackOff", fmt.Errorf("Back-off pulling image %q: the lab has no such image", c.spec.Image)
	}
	environment, err := c.pod.environment(ctx, c.spec, image)
	if err != nil {
		return nil, "CreateContainerConfigError", err
	}
	child, err := c.childSpec(image, environment)
	if err != nil {
		return nil, "CreateContainerConfigError", err
	}
	text, err := json.Marshal(child)
	if err != nil {
		return nil, "CreateContainerError", err
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, "CreateContainerError", err
	}
	file := filepath.Join(c.dir, "spec.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, "CreateContainerError", err
	}
	if err := c.log.next(); err != nil {
		return nil, "CreateContainerError", err
	}
	command = exec.Command("/proc/self/exe", "container", file)
	command.Env = []string{}
	command.Stdout, command.Stderr, command.WaitDelay = c.log, c.log, longestPipe
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS, Setpgid: true}
	if err := command.Start(); err != nil {
		return nil, "RunContainerError", err
	}
	c.change(ctx, func() {
		if c.state.Terminated != nil {
			c.last = c.state
		}
		c.pid, c.environment, c.uid, c.gid = command.Process.Pid, environment, child.UID, child.GID
		c.state = core.ContainerState{Running: &core.ContainerStateRunning{StartedAt: meta.Now()}}
		c.ready = c.spec.ReadinessProbe == nil || c.spec.ReadinessProbe.HTTPGet == nil
	})
	return command, "", nil
}

// follow waits for the process; when ctx ends it asks it to end, and when the
// pod's grace period is over makes it.
func (c *Container) follow(ctx context.Context, command *exec.Cmd) int {
	alive, cancel := context.WithCancel(ctx)
	go c.pod.watchReadiness(alive, c.spec, func(ready bool) {
		c.pod.lock.Lock()
		same := c.ready == ready || alive.Err() != nil
		c.pod.lock.Unlock()
		if !same {
			c.change(alive, func() { c.ready = ready })
		}
	})
	done := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		_ = command.Process.Signal(syscall.SIGTERM)
		if !c.pod.waitGrace(done) {
			log.Printf("pod %s: container %s is killed", c.pod, c.spec.Name)
			_ = command.Process.Kill()
			<-done
		}
	}
	cancel()
	if status, ok := command.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return command.ProcessState.ExitCode()
}

func (c *Container) childSpec(image Image, environment []string) (childSpec, error) {
	values := map[string]string{}
	for _, entry := range environment {
		for i := range entry {
			if entry[i] == '=' {
				values[entry[:i]] = entry[i+1:]
				break
			}
		}
	}
	spec := childSpec{NetPID: c.pod.network.pid(), Hostname: c.pod.hostname(), Lower: image.lower(),
		Work: c.dir, Dir: "/", Env: environment}
	command := c.spec.Command
	if len(command) == 0 {
		command = image.Entrypoint
	}
	for _, word := range append(append([]string{}, command...), c.spec.Args...) {
		spec.Args = append(spec.Args, expand(word, values))
	}
	if len(spec.Args) == 0 {
		return spec, fmt.Errorf("no command specified")
	}
	if c.spec.WorkingDir != "" {
		spec.Dir = c.spec.WorkingDir
	}
	spec.UID, spec.GID = c.user()
	for _, name := range []string{"hosts", "resolv.conf"} {
		spec.Mounts = append(spec.Mounts, childMount{filepath.Join(c.pod.dir, name), "/etc/" + name, false})
	}
	for _, mount := range c.spec.VolumeMounts {
		source := filepath.Join(c.pod.volumePath(mount.Name), mount.SubPath)
		spec.Mounts = append(spec.Mounts, childMount{source, mount.MountPath, mount.ReadOnly})
	}
	return spec, nil
}

func (c *Container) user() (uid, gid int) {
	if security := c.pod.object.Spec.SecurityContext; security != nil {
		uid, gid = number(security.RunAsUser, 0), number(security.RunAsGroup, 0)
	}
	if security := c.spec.SecurityContext; security != nil {
		uid, gid = number(security.RunAsUser, uid), number(security.RunAsGroup, gid)
	}
	return uid, gid
}

func number(value *int64, absent int) int {
	if value == nil {
		return absent
	}
	return int(*value)
}
