// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

type curlOptions struct {
	url                             string
	fail, silent, insecure, verbose bool
	output                          string
	limit                           time.Duration
}

// parseCurl knows the options that the charts' scripts use.
func parseCurl(args []string) (curlOptions, error) {
	options := curlOptions{limit: time.Hour}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "-o" || arg == "-m" || arg == "--max-time":
			if i++; i == len(args) {
				return options, errors.New("option " + arg + " needs a value")
			}
			if arg == "-o" {
				options.output = args[i]
				continue
			}
			seconds, err := strconv.ParseFloat(args[i], 64)
			if err != nil {
				return options, err
			}
			options.limit = time.Duration(seconds * float64(time.Second))
		case arg == "--http2-prior-knowledge":
		case strings.HasPrefix(arg, "-") && strings.Trim(arg[1:], "fskvS") == "":
			options.fail = options.fail || strings.Contains(arg, "f")
			options.silent = options.silent || strings.Contains(arg, "s")
			options.insecure = options.insecure || strings.Contains(arg, "k")
			options.verbose = options.verbose || strings.Contains(arg, "v")
		case !strings.HasPrefix(arg, "-"):
			options.url = arg
		default:
			return options, errors.New("option " + arg + " is not known to this stand-in of curl")
		}
	}
	return options, nil
}

// curl is enough of curl for a liveness script; the result is its exit status.
func curl(args []string, stdout, stderr io.Writer) int {
	options, err := parseCurl(args)
	if err != nil || options.url == "" {
		fmt.Fprintln(stderr, "curl (STAND-IN):", err)
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), options.limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, options.url, nil)
	if err != nil {
		fmt.Fprintln(stderr, "curl (STAND-IN):", err)
		return 3
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: options.insecure}, ForceAttemptHTTP2: true}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		if !options.silent {
			fmt.Fprintln(stderr, "curl (STAND-IN):", err)
		}
		return curlStatus(err)
	}
	defer response.Body.Close()
	if options.verbose {
		fmt.Fprintf(stderr, "< %s %s\n", response.Proto, response.Status)
		for name, values := range response.Header {
			fmt.Fprintf(stderr, "< %s: %s\n", strings.ToLower(name), strings.Join(values, ", "))
		}
	}
	if options.fail && response.StatusCode >= 400 {
		return 22
	}
	if options.output != "" {
		file, err := os.OpenFile(options.output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return 23
		}
		defer file.Close()
		stdout = file
	}
	if _, err := io.Copy(stdout, response.Body); err != nil {
		return curlStatus(err)
	}
	return 0
}

func curlStatus(err error) int {
	var dial *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return 28
	case errors.As(err, &dial) && dial.Op == "dial":
		return 7
	}
	return 35
}
