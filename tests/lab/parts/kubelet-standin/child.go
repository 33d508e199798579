// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// childMount is a bind mount into a container.
type childMount struct {
	Source, Target string
	ReadOnly       bool
}

// childSpec is what a new process needs to become a container's first one. It
// has new mount, pid and uts namespaces when it reads this.
type childSpec struct {
	NetPID   int // whose network namespace to join; 0: stay on the node's
	Hostname string
	Lower    string // overlayfs's lowerdir
	Work     string // folder for the overlay's own
	Mounts   []childMount
	Dir      string
	Args     []string
	Env      []string
	UID, GID int
}

// becomeContainer does not return.
func becomeContainer(file string) {
	runtime.LockOSThread() // namespaces are joined by this thread, which then execs
	err := prepareAndExec(file)
	fmt.Fprintln(os.Stderr, "STAND-IN: cannot start the container:", err)
	os.Exit(128)
}

func prepareAndExec(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec childSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	if spec.NetPID != 0 {
		handle, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", spec.NetPID), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		if err := unix.Setns(handle, unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("join the pod's network: %w", err)
		}
		if err := unix.Sethostname([]byte(spec.Hostname)); err != nil {
			return err
		}
	}
	if err := mountRoot(spec); err != nil {
		return err
	}
	return enterAndExec(spec)
}

func mountRoot(spec childSpec) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	for _, name := range []string{"upper", "work"} {
		if err := os.RemoveAll(filepath.Join(spec.Work, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{"upper", "work", "root"} {
		if err := os.MkdirAll(filepath.Join(spec.Work, name), 0o755); err != nil {
			return err
		}
	}
	root := filepath.Join(spec.Work, "root")
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", spec.Lower, spec.Work, spec.Work)
	if err := unix.Mount("overlay", root, "overlay", 0, options); err != nil {
		return fmt.Errorf("overlay: %w", err)
	}
	for _, folder := range []string{"proc", "dev", "sys", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(filepath.Join(root, "tmp"), 0o777|os.ModeSticky); err != nil {
		return err
	}
	if err := unix.Mount("proc", filepath.Join(root, "proc"), "proc", 0, ""); err != nil {
		return fmt.Errorf("proc: %w", err)
	}
	for _, folder := range []string{"dev", "sys"} {
		if err := unix.Mount("/"+folder, filepath.Join(root, folder), "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("/%s: %w", folder, err)
		}
	}
	for _, mount := range spec.Mounts {
		if err := bind(root, mount); err != nil {
			return fmt.Errorf("%s: %w", mount.Target, err)
		}
	}
	return nil
}

func bind(root string, mount childMount) error {
	target := filepath.Join(root, mount.Target)
	about, err := os.Stat(mount.Source)
	if err != nil {
		return err
	}
	if about.IsDir() {
		err = os.MkdirAll(target, 0o755)
	} else if err = os.MkdirAll(filepath.Dir(target), 0o755); err == nil {
		var file *os.File
		if file, err = os.OpenFile(target, os.O_CREATE|os.O_RDONLY, 0o644); err == nil {
			err = file.Close()
		}
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(mount.Source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	if mount.ReadOnly {
		return unix.Mount("", target, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "")
	}
	return nil
}

func enterAndExec(spec childSpec) error {
	if err := unix.Chroot(filepath.Join(spec.Work, "root")); err != nil {
		return err
	}
	if err := os.Chdir(spec.Dir); err != nil {
		return err
	}
	os.Clearenv()
	for _, entry := range spec.Env {
		for i := range entry {
			if entry[i] == '=' {
				_ = os.Setenv(entry[:i], entry[i+1:])
				break
			}
		}
	}
	program, err := exec.LookPath(spec.Args[0])
	if err != nil {
		return err
	}
	if spec.UID != 0 || spec.GID != 0 {
		if err := syscall.Setgroups([]int{spec.GID}); err != nil {
			return err
		}
		if err := syscall.Setresgid(spec.GID, spec.GID, spec.GID); err != nil {
			return err
		}
		if err := syscall.Setresuid(spec.UID, spec.UID, spec.UID); err != nil {
			return err
		}
	}
	return syscall.Exec(program, spec.Args, spec.Env)
}
