// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWithoutAKeyTheInitScriptHangs(t *testing.T) {
	t.Setenv("AKASH_HOME", t.TempDir())
	key := filepath.Join(t.TempDir(), "key.txt")
	show := func() { _ = chainCommand([]string{"keys", "show", provider, "-a"}, &lockedBuffer{}) }
	for _, content := range []string{"missing", ""} {
		if content == "" {
			if err := os.WriteFile(key, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := chainCommand([]string{"keys", "import", provider, key}, &bytes.Buffer{}); err == nil {
			t.Errorf("key %q was taken", content)
		}
		if returns(100*time.Millisecond, show) {
			t.Errorf("key %q: the address is shown", content)
		}
	}
	if err := os.WriteFile(key, []byte("a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chainCommand([]string{"keys", "import", provider, key}, &bytes.Buffer{}); err != nil || !returns(5*time.Second, show) {
		t.Errorf("with a key: %v", err)
	}
}

func TestNodeSaysThatItHasCaughtUp(t *testing.T) {
	answer := httptest.NewRecorder()
	nodeStatus().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/status", nil))
	if !strings.Contains(answer.Body.String(), `"catching_up":false`) { // the script's words
		t.Error(answer.Body.String())
	}
}

func TestChainRemembersTheLastUpdate(t *testing.T) {
	t.Setenv("AKASH_HOME", t.TempDir())
	if err := chainCommand([]string{"query", "provider", "get", provider}, &bytes.Buffer{}); err == nil {
		t.Error("a provider that was never sent was found")
	}
	file := filepath.Join(t.TempDir(), "provider.yaml")
	text := "host: https://p:8443\nattributes:\n  - key: ip-lease\n    value: true\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chainCommand([]string{"tx", "provider", "update", file}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := chainCommand([]string{"query", "provider", "get", provider, "-o", "json"}, &out); err != nil {
		t.Fatal(err)
	}
	if want := `"attributes":[{"key":"ip-lease","value":"true"}]`; !strings.Contains(out.String(), want) {
		t.Errorf("%s", out.String())
	}
}
