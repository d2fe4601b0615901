// Package executable reads what a program's ELF file says of it: what the Go
// linker recorded, and whether it needs a dynamic linker. It reads headers and
// one segment, where debug/buildinfo brings readers of four other formats and
// debug/elf one of debugging information: a quarter of a megabyte in all.
package executable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrNotELF is the error of a file that is not an ELF file, or a damaged one.
var ErrNotELF = errors.New("is not an ELF executable")

// File is an open ELF file of 32 or 64 bits, of either byte order.
type File struct {
	r        io.ReaderAt
	order    binary.ByteOrder
	wide     bool // addresses of 64 bits
	segments []segment
}

// segment is one entry of the program headers, a part that is loaded as a whole.
type segment struct {
	kind, flags           uint32
	offset, address, size uint64 // size is what the file holds of it, in bytes
}

// Kinds and flags of segments, from the System V ABI.
const (
	kindLoad        = 1
	kindInterpreter = 3
	flagWritable    = 2
)

// header of an ELF file: where its fields lie, by width.
const (
	identSize   = 16
	headerSize  = 64 // of 64 bits; a program has more than this in any case
	maxSegments = 1 << 10
)

// Open reads the headers of an ELF file.
func Open(r io.ReaderAt) (*File, error) {
	var header [headerSize]byte
	if _, err := r.ReadAt(header[:], 0); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotELF, err)
	}
	if string(header[:4]) != "\x7fELF" {
		return nil, ErrNotELF
	}
	f := &File{r: r, order: binary.LittleEndian, wide: header[4] == 2}
	if header[5] == 2 {
		f.order = binary.BigEndian
	}
	at, sizeAt, countAt := uint64(f.order.Uint32(header[28:])), 42, 44
	if f.wide {
		at, sizeAt, countAt = f.order.Uint64(header[32:]), 54, 56
	}
	size, count := uint64(f.order.Uint16(header[sizeAt:])), uint64(f.order.Uint16(header[countAt:]))
	if need := f.entrySize(); size < need || count > maxSegments {
		return nil, ErrNotELF
	}
	table, err := f.read(at, size*count)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotELF, err)
	}
	for ; len(table) > 0; table = table[size:] {
		f.segments = append(f.segments, f.segment(table))
	}
	return f, nil
}

func (f *File) entrySize() uint64 {
	if f.wide {
		return 56
	}
	return 32
}

func (f *File) segment(entry []byte) segment {
	if f.wide {
		return segment{
			kind: f.order.Uint32(entry), flags: f.order.Uint32(entry[4:]),
			offset: f.order.Uint64(entry[8:]), address: f.order.Uint64(entry[16:]), size: f.order.Uint64(entry[32:]),
		}
	}
	return segment{
		kind: f.order.Uint32(entry), flags: f.order.Uint32(entry[24:]),
		offset: uint64(f.order.Uint32(entry[4:])), address: uint64(f.order.Uint32(entry[8:])), size: uint64(f.order.Uint32(entry[16:])),
	}
}

// read returns size bytes of the file.
func (f *File) read(offset, size uint64) ([]byte, error) {
	if size > maxRead || offset > 1<<62 {
		return nil, ErrNotELF
	}
	data := make([]byte, size)
	if _, err := f.r.ReadAt(data, int64(offset)); err != nil {
		return nil, err
	}
	return data, nil
}

// Dynamic tells whether the program needs a dynamic linker, and with it
// libraries.
func (f *File) Dynamic() bool {
	for _, s := range f.segments {
		if s.kind == kindInterpreter {
			return true
		}
	}
	return false
}
