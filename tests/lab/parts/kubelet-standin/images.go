// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Image is an unpacked image of the lab.
type Image struct {
	Layers     []string // folders, lowest first
	Entrypoint []string
	Env        []string
}

func loadImages(index string) (map[string]Image, error) {
	text, err := os.ReadFile(index)
	if err != nil {
		return nil, err
	}
	images := map[string]Image{}
	if err := json.Unmarshal(text, &images); err != nil {
		return nil, fmt.Errorf("%s: %w", index, err)
	}
	return images, nil
}

// lower is overlayfs's list, which has the topmost layer first.
func (i Image) lower() string {
	reversed := make([]string, len(i.Layers))
	for n, layer := range i.Layers {
		reversed[len(i.Layers)-1-n] = layer
	}
	return strings.Join(reversed, ":")
}
