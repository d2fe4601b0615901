package sshsig

import "encoding/binary"

// wire reads SSH's wire form (RFC 4251, section 5). What is too short makes it
// fail, once and for all.
type wire struct {
	rest   []byte
	failed bool
}

func (w *wire) number() uint32 {
	if w.failed = w.failed || len(w.rest) < 4; w.failed {
		return 0
	}
	n := binary.BigEndian.Uint32(w.rest)
	w.rest = w.rest[4:]
	return n
}

// text reads a length and as many bytes.
func (w *wire) text() []byte {
	n := w.number()
	if w.failed = w.failed || uint64(n) > uint64(len(w.rest)); w.failed {
		return nil
	}
	text := w.rest[:n]
	w.rest = w.rest[n:]
	return text
}

func appendText(to, text []byte) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(text))), text...)
}
