package mailfile

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"
)

// maxUnpack bounds how far a compressed tar is unpacked, in memory, to list it.
const maxUnpack = 16 << 20

// listArchive lists the entries of an archive.
func (p *parser) listArchive(a *Attachment, data []byte) {
	var more bool
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		a.Archive = "zip"
		a.Entries, more = listZip(data, p.options.MaxEntries)
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		a.Archive = "gzip"
		a.Entries, more = p.listGzip(a, data)
	case isTar(data):
		a.Archive = "tar"
		a.Entries, more = p.listTar(bytes.NewReader(data))
	case bytes.HasPrefix(data, []byte("7z\xbc\xaf\x27\x1c")):
		a.Archive = "7z"
	case bytes.HasPrefix(data, []byte("Rar!\x1a\x07")):
		a.Archive = "rar"
	case bytes.HasPrefix(data, []byte("MSCF")):
		a.Archive = "cab"
	case len(data) > 0x8006 && string(data[0x8001:0x8006]) == "CD001":
		a.Archive = "iso"
	}
	switch {
	case more:
		p.problem(a.Part, "the archive has more entries than the %d listed", len(a.Entries))
	case a.Archive == "7z" || a.Archive == "rar" || a.Archive == "cab" || a.Archive == "iso":
		p.problem(a.Part, "the content of %s archives is not listed", a.Archive)
	case a.Archive == "zip" && len(a.Entries) == 0:
		p.problem(a.Part, "the zip archive has no readable directory")
	}
}

const (
	zipEndSize   = 22
	zipEntrySize = 46
)

// listZip reads the central directory of a zip archive by itself, because
// archive/zip reads all of it into memory before the first entry can be seen.
func listZip(data []byte, limit int) (entries []Entry, more bool) {
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	if end < 0 || end+zipEndSize > len(data) {
		return nil, false
	}
	size := int(binary.LittleEndian.Uint32(data[end+12:]))
	// The directory ends where its end record begins, whatever stands in front
	// of the archive.
	at := end - size
	if at < 0 || !bytes.HasPrefix(data[at:], []byte("PK\x01\x02")) {
		if at = int(binary.LittleEndian.Uint32(data[end+16:])); at > end {
			return nil, false
		}
	}
	for at+zipEntrySize <= end && bytes.HasPrefix(data[at:], []byte("PK\x01\x02")) {
		if len(entries) == limit {
			return entries, true
		}
		flags := binary.LittleEndian.Uint16(data[at+8:])
		nameLength := int(binary.LittleEndian.Uint16(data[at+28:]))
		next := at + zipEntrySize + nameLength +
			int(binary.LittleEndian.Uint16(data[at+30:])) + int(binary.LittleEndian.Uint16(data[at+32:]))
		if at+zipEntrySize+nameLength > end {
			break
		}
		size := int64(binary.LittleEndian.Uint32(data[at+24:]))
		if size == 0xFFFFFFFF {
			size = -1 // in a zip64 field
		}
		entries = append(entries, Entry{
			Name: archiveName(data[at+zipEntrySize : at+zipEntrySize+nameLength]),
			Size: size, Encrypted: flags&1 != 0,
		})
		at = next
	}
	return entries, false
}

// archiveName gives a name as UTF-8: old Korean Windows wrote CP949.
func archiveName(name []byte) string {
	if utf8.Valid(name) {
		return string(name)
	}
	return guessUTF8(string(name))
}

// listGzip gives the one file that a gzip file holds, or the entries of a tar in
// it. The size is the trailer's, which is modulo 4 GiB.
func (p *parser) listGzip(a *Attachment, data []byte) (entries []Entry, more bool) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		p.problem(a.Part, "the gzip file is broken")
		return nil, false
	}
	head := make([]byte, 512)
	n, _ := io.ReadFull(z, head)
	if isTar(head[:n]) {
		a.Archive = "tar.gz"
		return p.listTar(io.MultiReader(bytes.NewReader(head), io.LimitReader(z, maxUnpack)))
	}
	name := z.Name
	if name == "" {
		name = strings.TrimSuffix(strings.TrimSuffix(a.Name, ".gz"), ".GZ")
	}
	size := int64(-1)
	if len(data) >= 18 {
		size = int64(binary.LittleEndian.Uint32(data[len(data)-4:]))
	}
	return []Entry{{Name: archiveName([]byte(name)), Size: size}}, false
}

func isTar(data []byte) bool { return len(data) >= 512 && string(data[257:262]) == "ustar" }

// listTar lists a tar up to where it ends, breaks, or is no longer read.
func (p *parser) listTar(r io.Reader) (entries []Entry, more bool) {
	archive := tar.NewReader(contextReader{p.ctx, r})
	for {
		h, err := archive.Next()
		if err != nil {
			return entries, err != io.EOF && len(entries) > 0
		}
		if len(entries) == p.options.MaxEntries {
			return entries, true
		}
		entries = append(entries, Entry{Name: archiveName([]byte(h.Name)), Size: h.Size})
	}
}
