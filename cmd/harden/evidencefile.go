package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"time"

	"harden/agent/message"
)

const (
	maxBundle      = 64 << 20  // bytes of the file
	maxBundled     = 512 << 20 // bytes of all that it holds
	maxBundleFiles = 1000
	tarBlock       = 512 // bytes
)

// A bundle is a tar in POSIX's form ustar, of regular files alone, in a gzip that
// compresses nothing. Both are written here: archive/tar and the compressor take
// 150 KB of the program, for forms and speeds that a bundle never needs.

// archive gives the bundle as tar.gz: the same files give the same bytes, sorted by
// name, all of root, of the time that the manifest says.
func (b *bundle) archive(at time.Time) []byte {
	var text []byte
	for _, f := range b.files {
		text = append(append(text, tarHeader(f.name, len(f.data), at)...), f.data...)
		text = append(text, make([]byte, padding(len(f.data)))...)
	}
	return zipped(append(text, make([]byte, 2*tarBlock)...))
}

// zipped is a text in the form of gzip (RFC 1952), in blocks that are stored (RFC 1951).
func zipped(text []byte) []byte {
	const most = 0xffff // bytes of a block
	sum, size := crc32.ChecksumIEEE(text), len(text)
	out := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}
	for last := false; !last; {
		n := min(len(text), most)
		last = n == len(text)
		final := byte(0)
		if last {
			final = 1
		}
		out = append(out, final, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		out = append(out, text[:n]...)
		text = text[n:]
	}
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out, sum), uint32(size)) //nolint:gosec // modulo 2^32, as the format says
}

func padding(size int) int { return (tarBlock - size%tarBlock) % tarBlock }

// tarHeader is the block before a file of root with mode 0600.
func tarHeader(name string, size int, at time.Time) []byte {
	h := make([]byte, tarBlock)
	copy(h[:100], name)
	copy(h[100:], "0000600\x000000000\x000000000\x00"+fmt.Sprintf("%011o\x00%011o\x00", size, at.Unix())+"        0")
	copy(h[257:], "ustar\x0000root")
	copy(h[297:], "root")
	copy(h[148:], fmt.Sprintf("%06o\x00 ", tarSum(h)))
	return h
}

// tarSum is the sum of a header whose own sum is blanks.
func tarSum(h []byte) int {
	sum := 0
	for i, c := range h {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	return sum
}

// readBundle takes a bundle apart, within bounds: regular files, each once.
func readBundle(data []byte) (*bundle, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(zip, maxBundled))
	if err != nil {
		return nil, err
	}
	b := newBundle()
	for len(text) >= tarBlock && text[0] != 0 {
		h := text[:tarBlock]
		name := string(h[:max(bytes.IndexByte(h[:101], 0), 0)])
		size, err := strconv.ParseInt(string(h[124:135]), 8, 64)
		switch {
		case err != nil || string(h[257:263]) != "ustar\x00" || string(h[148:156]) != fmt.Sprintf("%06o\x00 ", tarSum(h)):
			return nil, message.Errorf("it is not a tar file that harden wrote")
		case h[156] != '0' || name == "" || len(b.files) == maxBundleFiles || size < 0 || size > int64(len(text)-tarBlock):
			return nil, message.Errorf("%q does not belong in a bundle", name)
		case b.get(name) != nil:
			return nil, message.Errorf("%q appears twice", name)
		}
		text = text[tarBlock:]
		b.add(name, text[:size:size])
		text = text[min(int(size)+padding(int(size)), len(text)):]
	}
	if len(bytes.Trim(text, "\x00")) > 0 || len(text) < 2*tarBlock {
		return nil, message.Errorf("it is truncated, or something follows the files")
	}
	return b, nil
}

// get gives the text of a file, nil where there is none of that name.
func (b *bundle) get(name string) []byte {
	for _, f := range b.files {
		if f.name == name {
			return f.data
		}
	}
	return nil
}
