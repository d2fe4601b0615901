package executable

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime/debug"
)

// ErrNoBuildInfo is the error of a program that Go did not build, or without
// modules.
var ErrNoBuildInfo = errors.New("has no build information of Go")

// The record that the Go linker writes at the begin of the writable data, as
// cmd/link and debug/buildinfo of Go 1.26 know it.
const (
	buildInfoMagic  = "\xff Go buildinf:"
	buildInfoAlign  = 16
	buildInfoHeader = 32      // bytes: magic, size of a pointer, flags, two pointers
	inline          = 2       // flag: the texts follow, since Go 1.18
	bigEndian       = 1       // flag: the byte order of the pointers, before Go 1.18
	frame           = 16      // bytes before and after the text of modules
	maxRead         = 1 << 20 // bytes that are read at once; the text has a few KB
	maxSearched     = 64 << 20
)

// BuildInfo reads what the Go linker recorded: modules, and settings such as
// -ldflags.
func (f *File) BuildInfo() (*debug.BuildInfo, error) {
	for _, s := range f.segments {
		if s.kind != kindLoad || s.flags&flagWritable == 0 {
			continue
		}
		at, found := f.find(s)
		if !found {
			continue
		}
		text, err := f.modules(s, at)
		if err != nil {
			return nil, err
		}
		if len(text) < 2*frame+1 || text[len(text)-frame-1] != '\n' {
			return nil, ErrNoBuildInfo
		}
		return debug.ParseBuildInfo(string(text[frame : len(text)-frame]))
	}
	return nil, ErrNoBuildInfo
}

// find searches a segment for the record, and gives its offset in the file.
func (f *File) find(s segment) (at uint64, found bool) {
	size := min(s.size, maxSearched)
	for from := uint64(0); from < size; from += maxRead {
		chunk, err := f.read(s.offset+from, min(maxRead, size-from))
		if err != nil {
			return 0, false
		}
		for i := 0; i+buildInfoAlign <= len(chunk); {
			next := bytes.Index(chunk[i:], []byte(buildInfoMagic))
			if next < 0 {
				break
			}
			i += next
			if (s.address+from+uint64(i))%buildInfoAlign == 0 {
				return s.offset + from + uint64(i), true
			}
			i++
		}
	}
	return 0, false
}

// modules reads the second text of the record at an offset in the file, framed
// as the linker writes it.
func (f *File) modules(s segment, at uint64) ([]byte, error) {
	header, err := f.read(at, buildInfoHeader)
	if err != nil {
		return nil, ErrNoBuildInfo
	}
	flags := header[15]
	if flags&inline == 0 {
		return f.pointedAt(header[14], flags, header[16:])
	}
	r := io.NewSectionReader(f.r, int64(at)+buildInfoHeader, int64(s.offset+s.size)-int64(at)-buildInfoHeader)
	var text []byte
	for range 2 { // the version of Go, then the modules
		if text, err = lengthAndText(r); err != nil {
			return nil, ErrNoBuildInfo
		}
	}
	return text, nil
}

// lengthAndText reads a text behind its length.
func lengthAndText(r *io.SectionReader) ([]byte, error) {
	var prefix [binary.MaxVarintLen64]byte
	n, _ := r.Read(prefix[:]) // fewer at the end
	length, width := binary.Uvarint(prefix[:n])
	if width <= 0 || length > maxRead {
		return nil, ErrNoBuildInfo
	}
	if _, err := r.Seek(int64(width-n), io.SeekCurrent); err != nil {
		return nil, err
	}
	text := make([]byte, length)
	_, err := io.ReadFull(r, text)
	return text, err
}

// pointedAt reads the text of modules where the record has addresses of two Go
// strings, as before Go 1.18.
func (f *File) pointedAt(width, flags byte, pointers []byte) ([]byte, error) {
	var order binary.ByteOrder = binary.LittleEndian
	if flags&bigEndian != 0 {
		order = binary.BigEndian
	}
	size := uint64(width)
	if size != 4 && size != 8 {
		return nil, ErrNoBuildInfo
	}
	pointer := func(b []byte) uint64 {
		if size == 4 {
			return uint64(order.Uint32(b))
		}
		return order.Uint64(b)
	}
	header, err := f.loaded(pointer(pointers[size:]), 2*size)
	if err != nil {
		return nil, err
	}
	return f.loaded(pointer(header), pointer(header[size:]))
}

// loaded reads what lies at an address of the loaded program.
func (f *File) loaded(address, size uint64) ([]byte, error) {
	for _, s := range f.segments {
		if s.kind == kindLoad && address >= s.address && address-s.address < s.size && size <= s.size-(address-s.address) {
			return f.read(s.offset+address-s.address, size)
		}
	}
	return nil, ErrNoBuildInfo
}
