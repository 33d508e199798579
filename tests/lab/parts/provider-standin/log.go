// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

type field struct {
	key   string
	value any
}

// Logger prints lines as the program it stands for does: since 0.10 the
// console form, which has no time (`<nil> INF msg key=value`, keys sorted);
// before that Tendermint's (`I[date|time] msg key=value`, keys in order).
type Logger struct {
	out    io.Writer
	lock   *sync.Mutex
	old    bool
	fields []field
}

func NewLogger(out io.Writer, old bool) *Logger {
	return &Logger{out: out, lock: &sync.Mutex{}, old: old}
}

func pairs(kv []any) []field {
	fields := make([]field, 0, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		fields = append(fields, field{fmt.Sprint(kv[i]), kv[i+1]})
	}
	return fields
}

// With is a logger that adds these keys to each of its lines.
func (l *Logger) With(kv ...any) *Logger {
	inner := *l
	inner.fields = append(append([]field{}, l.fields...), pairs(kv)...)
	return &inner
}

func (l *Logger) Debug(msg string, kv ...any) { l.print("DBG", msg, kv) }
func (l *Logger) Info(msg string, kv ...any)  { l.print("INF", msg, kv) }
func (l *Logger) Error(msg string, kv ...any) { l.print("ERR", msg, kv) }

func (l *Logger) print(level, msg string, kv []any) {
	fields := append(append([]field{}, l.fields...), pairs(kv)...)
	line := &strings.Builder{}
	if l.old {
		letter := map[string]string{"DBG": "D", "INF": "I", "ERR": "E"}[level]
		fmt.Fprintf(line, "%s[%s] %-44s", letter, time.Now().UTC().Format("2006-01-02|15:04:05.000"), msg)
	} else {
		fmt.Fprintf(line, "<nil> %s %s", level, msg)
		sort.SliceStable(fields, func(i, j int) bool { return fields[i].key < fields[j].key })
	}
	for _, f := range fields {
		fmt.Fprintf(line, " %s=%s", f.key, show(f.value))
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	fmt.Fprintln(l.out, line.String())
}

func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case error:
		return quoted(v.Error())
	case string:
		return quoted(v)
	case fmt.Stringer:
		return quoted(v.String())
	case int, uint, uint32, uint64, bool:
		return fmt.Sprint(v)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return quoted(err.Error())
	}
	return string(text)
}

func quoted(text string) string {
	for _, c := range text {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return strconv.Quote(text)
		}
	}
	return text
}
