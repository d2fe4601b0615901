package executable_test

import (
	"bytes"
	"debug/buildinfo"
	"encoding/binary"
	"errors"
	"os"
	"reflect"
	"testing"

	"harden/agent/executable"
)

// TestBuildInfo compares with the reader of the standard library, on the
// program of this test.
func TestBuildInfo(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	got, err := open(t, program).BuildInfo()
	if err != nil {
		t.Fatal(err)
	}
	got.GoVersion = want.GoVersion // stands apart in the file
	if !reflect.DeepEqual(got, want) {
		t.Errorf("is\n%v, should be\n%v", got, want)
	}
}

// TestBeforeGo118 reads the record with pointers, of files that are made here.
func TestBeforeGo118(t *testing.T) {
	for name, file := range map[string][]byte{
		"amd64": old(binary.LittleEndian), "s390x": old(binary.BigEndian), "arm": old32(),
	} {
		f, err := executable.Open(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.BuildInfo()
		if err != nil {
			t.Fatal(err)
		}
		if info.Main.Path != "k8s.io/kubernetes" || info.Main.Version != "v1.18.20" {
			t.Errorf("%s: main is %+v", name, info.Main)
		}
	}
}

// old makes a file of 64 bits with one segment, loaded at 0x400000, as Go 1.13
// to 1.17 would.
func old(order binary.ByteOrder) []byte {
	const base, record, strings, text = 0x400000, 0x100, 0x200, 0x300
	file := make([]byte, 0x400)
	copy(file, "\x7fELF\x02\x01")
	flags := byte(0)
	if order == binary.BigEndian {
		file[5], flags = 2, 1
	}
	order.PutUint64(file[32:], 64)
	order.PutUint16(file[54:], 56)
	order.PutUint16(file[56:], 1)
	order.PutUint32(file[64:], 1) // loaded
	order.PutUint32(file[68:], 6) // readable and writable
	order.PutUint64(file[80:], base)
	order.PutUint64(file[96:], uint64(len(file)))

	copy(file[record:], "\xff Go buildinf:\x08")
	file[record+15] = flags
	order.PutUint64(file[record+16:], base+strings)
	order.PutUint64(file[record+24:], base+strings)
	order.PutUint64(file[strings:], base+text)
	order.PutUint64(file[strings+8:], uint64(len(modules)))
	copy(file[text:], modules)
	return file
}

// old32 makes such a file of 32 bits.
func old32() []byte {
	const base, record, strings, text = 0x10000, 0x100, 0x200, 0x300
	order := binary.LittleEndian
	file := make([]byte, 0x400)
	copy(file, "\x7fELF\x01\x01")
	order.PutUint32(file[28:], 52)
	order.PutUint16(file[42:], 32)
	order.PutUint16(file[44:], 2)
	order.PutUint32(file[52:], 3) // the name of the dynamic linker
	order.PutUint32(file[84:], 1) // loaded
	order.PutUint32(file[92:], base)
	order.PutUint32(file[100:], uint32(len(file)))
	order.PutUint32(file[108:], 6) // readable and writable

	copy(file[record:], "\xff Go buildinf:\x04")
	order.PutUint32(file[record+16:], base+strings)
	order.PutUint32(file[record+20:], base+strings)
	order.PutUint32(file[strings:], base+text)
	order.PutUint32(file[strings+4:], uint32(len(modules)))
	copy(file[text:], modules)
	return file
}

const modules = "0123456789abcdef" + "path\tk8s.io/kubernetes/cmd/kubelet\nmod\tk8s.io/kubernetes\tv1.18.20\t\n" + "0123456789abcdef"

// TestDynamic asks a program of the system.
func TestDynamic(t *testing.T) {
	if !open(t, "/bin/sh").Dynamic() {
		t.Error("/bin/sh is taken for a static program")
	}
	f, err := executable.Open(bytes.NewReader(old(binary.LittleEndian)))
	if err != nil {
		t.Fatal(err)
	}
	if f.Dynamic() {
		t.Error("a program with no dynamic linker is taken for a dynamic one")
	}
}

// FuzzOpen holds that a damaged file is an error, and no more.
func FuzzOpen(f *testing.F) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		f.Add(old(order))
	}
	f.Add(old32())
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := executable.Open(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, executable.ErrNotELF) {
				t.Error(err)
			}
			return
		}
		file.Dynamic()
		_, _ = file.BuildInfo()
	})
}

func open(t *testing.T, path string) *executable.File {
	t.Helper()
	r, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	f, err := executable.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
