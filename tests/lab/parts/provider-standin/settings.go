// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// withFlags turns --name value and --name=value into AP_NAME for run.
func withFlags(args []string, run func() error) error {
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		name, isFlag := strings.CutPrefix(name, "--")
		if !isFlag {
			return fmt.Errorf("unknown argument %q", args[i])
		}
		if !given {
			value = "true"
			if i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
				i++
				value = args[i]
			}
		}
		if err := os.Setenv("AP_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")), value); err != nil {
			return err
		}
	}
	return run()
}

// setting reads AP_NAME, then AKASH_NAME.
func setting(name, absent string) string {
	for _, prefix := range []string{"AP_", "AKASH_"} {
		if value, ok := os.LookupEnv(prefix + name); ok && value != "" {
			return value
		}
	}
	return absent
}

// seconds reads a number of seconds; an unreadable one is as if not given.
func seconds(name string, absent time.Duration) time.Duration {
	number, err := strconv.ParseFloat(os.Getenv(name), 64)
	if err != nil || number <= 0 {
		return absent
	}
	return time.Duration(number * float64(time.Second))
}

func kubeconfigPath() string {
	if path := setting("KUBECONFIG", ""); path != "" {
		return path
	}
	return os.Getenv("KUBECONFIG")
}

// playedVersion is the release that this process plays; it decides the form of
// the log and the names of Services.
func playedVersion() string {
	if version := os.Getenv("STANDIN_VERSION"); version != "" {
		return version
	}
	return "0.16.2"
}

// olderThan compares major.minor of the played version.
func olderThan(minor int) bool {
	parts := strings.SplitN(strings.TrimPrefix(playedVersion(), "v"), ".", 3)
	if len(parts) < 2 || parts[0] != "0" {
		return false
	}
	played, err := strconv.Atoi(parts[1])
	return err == nil && played < minor
}

// operatorService is the Service of the IP operator: renamed in 0.5.
func operatorService() (name, port string, number int) {
	if olderThan(5) {
		return "akash-ip-operator", "api", 8086
	}
	return "operator-ip", "rest", 8080
}

func startFaults(inPod bool) (*Faults, string, error) {
	faults := &Faults{exit: os.Exit}
	if text := os.Getenv("STANDIN_FAULT"); text != "" {
		mode, value, _ := strings.Cut(text, "=")
		if err := faults.Set(mode, value); err != nil {
			return nil, "", err
		}
	}
	address := os.Getenv("STANDIN_FAULT_ADDRESS")
	if address == "" && inPod {
		address = ":9099"
	}
	return faults, address, nil
}
