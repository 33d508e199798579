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

// Form is how a program of Akash's writes a line.
type Form int

const (
	// OperatorForm has no time: `<nil> INF msg key=value`, keys sorted.
	OperatorForm Form = iota
	// ProviderForm is timed to the minute, coloured and bold, without a terminal too.
	ProviderForm
	// OldForm is Tendermint's, before 0.10: `I[date|time] msg key=value`, keys in order.
	OldForm
)

// Logger prints lines as the program it stands for does.
type Logger struct {
	out    io.Writer
	lock   *sync.Mutex
	form   Form
	fields []field
}

func NewLogger(out io.Writer, form Form) *Logger {
	return &Logger{out: out, lock: &sync.Mutex{}, form: form}
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
	key := "%s="
	switch l.form {
	case OldForm:
		fmt.Fprintf(line, "%c[%s] %-44s", level[0], time.Now().UTC().Format("2006-01-02|15:04:05.000"), msg)
	case OperatorForm:
		fmt.Fprintf(line, "<nil> %s %s", level, msg)
	case ProviderForm:
		colour := map[string]int{"DBG": 0, "INF": 32, "ERR": 31}[level]
		fmt.Fprintf(line, "\x1b[90m%s\x1b[0m \x1b[%dm%s\x1b[0m \x1b[1m%s\x1b[0m", time.Now().UTC().Format(time.Kitchen), colour, level, msg)
		key = "\x1b[36m%s=\x1b[0m"
	}
	if l.form != OldForm {
		sort.SliceStable(fields, func(i, j int) bool { return fields[i].key < fields[j].key })
	}
	for _, f := range fields {
		fmt.Fprintf(line, " "+key+"%s", f.key, show(f.value))
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
