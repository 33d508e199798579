// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"
)

const charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

var errEmptyAddress = errors.New("empty address string is not allowed")

func polymod(values []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	check := uint32(1)
	for _, v := range values {
		top := check >> 25
		check = (check&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				check ^= g
			}
		}
	}
	return check
}

func checksum(prefix string, data []byte) string {
	values := make([]byte, 0, 2*len(prefix)+1+len(data)+6)
	for i := range len(prefix) {
		values = append(values, prefix[i]>>5)
	}
	values = append(values, 0)
	for i := range len(prefix) {
		values = append(values, prefix[i]&31)
	}
	values = append(append(values, data...), 0, 0, 0, 0, 0, 0)
	mod := polymod(values) ^ 1
	text := make([]byte, 6)
	for i := range text {
		text[i] = charset[mod>>(5*(5-i))&31]
	}
	return string(text)
}

func decode(text string) (string, []byte, error) {
	if len(text) < 8 || len(text) > 1023 {
		return "", nil, fmt.Errorf("invalid bech32 string length %d", len(text))
	}
	for _, c := range text {
		if c < 33 || c > 126 {
			return "", nil, fmt.Errorf("invalid character in string: '%c'", c)
		}
	}
	if strings.ToLower(text) != text && strings.ToUpper(text) != text {
		return "", nil, errors.New("string not all lowercase or all uppercase")
	}
	text = strings.ToLower(text)
	one := strings.LastIndexByte(text, '1')
	if one < 1 || one+7 > len(text) {
		return "", nil, fmt.Errorf("invalid separator index %d", one)
	}
	prefix, rest := text[:one], text[one+1:]
	data := make([]byte, len(rest))
	for i := range len(rest) {
		index := strings.IndexByte(charset, rest[i])
		if index < 0 {
			return "", nil, fmt.Errorf("invalid character not part of charset: %v", rest[i])
		}
		data[i] = byte(index)
	}
	body, actual := data[:len(data)-6], rest[len(rest)-6:]
	if expected := checksum(prefix, body); expected != actual {
		return "", nil, fmt.Errorf("invalid checksum (expected %s got %s)", expected, actual)
	}
	return prefix, body, nil
}

// CheckAddress refuses what the real program refuses as an account address,
// in the same words.
func CheckAddress(text string) error {
	if strings.TrimSpace(text) == "" {
		return errEmptyAddress
	}
	prefix, data, err := decode(text)
	if err != nil {
		return fmt.Errorf("decoding bech32 failed: %w", err)
	}
	if prefix != "akash" {
		return fmt.Errorf("invalid Bech32 prefix; expected akash, got %s", prefix)
	}
	if bytes := len(data) * 5 / 8; bytes != 20 && bytes != 32 {
		return fmt.Errorf("address length must be 20 or 32 bytes, got %d: unknown address", bytes)
	}
	return nil
}
