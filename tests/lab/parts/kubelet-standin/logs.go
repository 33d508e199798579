// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// stamp is the form of a log line's time, of fixed length so that it sorts.
const stamp = "2006-01-02T15:04:05.000000000Z"

// Log takes what a container writes, line by line with the time; of the run
// before it keeps the file too.
type Log struct {
	path string

	lock sync.Mutex
	file *os.File
	rest []byte // of a line that has not ended
}

func (l *Log) previous() string { return l.path + ".previous" }

// next starts the log of the container's next run.
func (l *Log) next() error {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.file != nil {
		_ = l.file.Close()
		if err := os.Rename(l.path, l.previous()); err != nil {
			return err
		}
	}
	var err error
	l.rest = nil
	l.file, err = os.Create(l.path)
	return err
}

func (l *Log) Write(text []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.rest = append(l.rest, text...)
	now := time.Now().UTC().Format(stamp)
	var out bytes.Buffer
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			break
		}
		out.WriteString(now + " ")
		out.Write(line)
		out.WriteByte('\n')
		l.rest = append([]byte{}, rest...)
	}
	if _, err := l.file.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// logOptions is what `kubectl logs` can ask for.
type logOptions struct {
	tail       int // lines; -1: all
	since      time.Time
	timestamps bool
	follow     bool
	limit      int64 // bytes; 0: no limit
}

// show writes a log; it returns when all was shown or, following, when ctx ends
// or ended says that nothing more comes.
func show(ctx context.Context, path string, options logOptions, out io.Writer, flush func(), ended func() bool) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if options.limit > 0 {
		out = &limited{out, options.limit}
	}
	reader := bufio.NewReader(file)
	var lines []string
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break
		}
		if line[:min(len(stamp), len(line))] >= options.since.UTC().Format(stamp) {
			lines = append(lines, line)
		}
	}
	if options.tail >= 0 && len(lines) > options.tail {
		lines = lines[len(lines)-options.tail:]
	}
	for _, line := range lines {
		if _, err := io.WriteString(out, options.shown(line)); err != nil {
			return nil
		}
	}
	flush()
	for options.follow && ctx.Err() == nil {
		over := ended()
		line, err := reader.ReadString('\n')
		if err == nil {
			if _, err := io.WriteString(out, options.shown(line)); err != nil {
				return nil
			}
			flush()
			continue
		}
		if over {
			return nil
		}
		pause(ctx, retryPause)
	}
	return nil
}

func (o logOptions) shown(line string) string {
	if o.timestamps {
		return line
	}
	_, text, _ := strings.Cut(line, " ")
	return text
}

type limited struct {
	out  io.Writer
	left int64
}

func (l *limited) Write(text []byte) (int, error) {
	if int64(len(text)) > l.left {
		_, _ = l.out.Write(text[:l.left])
		l.left = 0
		return 0, io.ErrShortWrite
	}
	l.left -= int64(len(text))
	return l.out.Write(text)
}
