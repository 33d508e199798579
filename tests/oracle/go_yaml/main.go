// SPDX-License-Identifier: Apache-2.0

// What Go's readers of YAML make of each *.yaml of a folder: sigs.k8s.io/yaml (Helm, kubectl), and
// the two go-yaml that it and MetalLB's tools are made of. One JSON object a file, in FILE.go.json.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	yaml2 "gopkg.in/yaml.v2"
	yaml3 "gopkg.in/yaml.v3"
	sigs "sigs.k8s.io/yaml"
)

// A reader may panic where it means to refuse.
func guarded(read func() error) (text string) {
	defer func() {
		if cause := recover(); cause != nil {
			text = fmt.Sprint("panic: ", cause)
		}
	}()
	if err := read(); err != nil {
		return err.Error()
	}
	return ""
}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.yaml"))
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		said := map[string]any{}
		var value any
		said["sigs"] = guarded(func() error { return sigs.Unmarshal(text, &value) })
		said["v2"] = guarded(func() error { var any any; return yaml2.Unmarshal(text, &any) })
		said["v3"] = guarded(func() error { var node yaml3.Node; return yaml3.Unmarshal(text, &node) })
		said["value"] = value
		out, err := json.Marshal(said)
		if err != nil {
			panic(err)
		}
		if err := os.WriteFile(file+".go.json", out, 0o644); err != nil {
			panic(err)
		}
	}
}
