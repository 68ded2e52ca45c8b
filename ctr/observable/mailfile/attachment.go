package mailfile

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"ctrace/ctr/observable"
)

// attachment hashes a part and looks into it when it is an archive.
func (p *parser) attachment(a Attachment, content section) {
	a.Size = len(content.data)
	sha2, sha, md := sha256.Sum256(content.data), sha1.Sum(content.data), md5.Sum(content.data)
	a.SHA256, a.SHA1, a.MD5 = hex.EncodeToString(sha2[:]), hex.EncodeToString(sha[:]), hex.EncodeToString(md[:])
	a.Detected = detect(content.data, a.MediaType)
	p.listArchive(&a, content.data)
	if isTNEF(content.data) {
		p.problem(a.Part, "the attachment is Outlook's TNEF (winmail.dat), which is not opened")
	}
	p.report.Attachments = append(p.report.Attachments, a)

	at := Source{Part: a.Part, Offset: -1, Note: "attachment name"}
	p.add(observable.FileName, a.Name, at)
	if len(content.data) == 0 || a.Name == "" && strings.HasPrefix(a.MediaType, "message/") {
		return // nobody knows nothing, or the exact bytes of a message in a bounce, by its hash
	}
	at.Note = "attachment"
	p.add(observable.SHA256, a.SHA256, at)
	p.add(observable.SHA1, a.SHA1, at)
	p.add(observable.MD5, a.MD5, at)
	at.Note = "name in an archive"
	for _, e := range a.Entries {
		if !strings.HasSuffix(e.Name, "/") {
			p.add(observable.FileName, e.Name[strings.LastIndexAny(e.Name, `/\`)+1:], at)
		}
	}
}

// signatures are beginnings of files that http.DetectContentType does not know
// and that matter in mail.
var signatures = []struct{ begins, mediaType string }{
	{"MZ", "application/vnd.microsoft.portable-executable"},
	{"\x7fELF", "application/x-elf"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
	{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"MSCF", "application/vnd.ms-cab-compressed"},
	{"BZh", "application/x-bzip2"},
	{"\xfd7zXZ\x00", "application/x-xz"},
	{"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"},
	{"{\\rtf", "application/rtf"},
	{"\x78\x9f\x3e\x22", "application/ms-tnef"},
}

// detect names the media type by the first bytes. It gives "" when that is what
// was declared, or says no more than that it is text or bytes.
func detect(data []byte, declared string) string {
	found := ""
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.begins)) {
			found = s.mediaType
			break
		}
	}
	if found == "" {
		found, _, _ = strings.Cut(http.DetectContentType(data), ";")
		if found == "application/x-gzip" {
			found = "application/gzip"
		}
	}
	switch {
	case found == declared, found == "application/octet-stream", found == "text/plain", len(data) == 0:
		return ""
	}
	return found
}

func isTNEF(data []byte) bool { return bytes.HasPrefix(data, []byte("\x78\x9f\x3e\x22")) }
