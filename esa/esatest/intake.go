package esatest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // Subjects and texts in other character sets than UTF-8.
	"github.com/emersion/go-message/mail"
)

// Bounds on what is read of a message.
const (
	maxParts    = 200
	maxTextPart = 1 << 20
	maxURLs     = 100
)

var urlPattern = regexp.MustCompile("(?i)\\b(?:https?|ftp)://[^\\s<>\"'`\\x00-\\x20\\x7f]+")

// content is what the appliance reads out of a message.
type content struct {
	subject     string
	messageID   string // with angle brackets as sent, empty without one
	from        string // address of the From header
	replyTo     string
	advertised  string // value of X-Advertisement
	attachments []Attachment
	urls        []string
}

// readContent reads a message. It takes anything: what cannot be parsed is left out.
func readContent(raw []byte) content {
	entity, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: 1 << 20})
	if entity == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return content{}
	}
	var c content
	header := mail.Header{Header: entity.Header}
	c.subject, _ = header.Text("Subject") // undecodable words stay as they are
	c.subject = strings.Join(strings.Fields(c.subject), " ")
	c.messageID = strings.TrimSpace(header.Get("Message-Id"))
	c.from = firstAddress(header, "From")
	c.replyTo = firstAddress(header, "Reply-To")
	c.advertised = strings.TrimSpace(header.Get("X-Advertisement"))
	parts := 0
	// A part that cannot be read ends the walk; what was found until then counts.
	_ = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if part == nil {
			return err
		}
		if parts++; parts > maxParts {
			return errors.New("too many parts")
		}
		c.readPart(part)
		return nil
	})
	return c
}

// firstAddress is the first address of a header field, empty when there is none.
func firstAddress(header mail.Header, field string) string {
	list, err := header.AddressList(field)
	if err != nil || len(list) == 0 {
		return ""
	}
	return list[0].Address
}

// readPart takes links from a text and name, size and hash from an attachment.
func (c *content) readPart(part *message.Entity) {
	kind, parameters, _ := part.Header.ContentType() // without one: text/plain
	if strings.HasPrefix(kind, "multipart/") {
		return
	}
	disposition, more, _ := part.Header.ContentDisposition()
	name := decodeWord(more["filename"])
	if name == "" {
		name = decodeWord(parameters["name"])
	}
	if name == "" && disposition != "attachment" && (strings.HasPrefix(kind, "text/") || kind == "") {
		text, _ := io.ReadAll(io.LimitReader(part.Body, maxTextPart)) // a broken encoding ends the text
		c.addURLs(string(text))
		return
	}
	hash := sha256.New()
	size, _ := io.Copy(hash, part.Body) // a broken encoding ends the file
	if name == "" {
		name = "unnamed"
	}
	c.attachments = append(c.attachments, Attachment{
		Name: name, ContentType: kind, Size: size, SHA256: hex.EncodeToString(hash.Sum(nil)),
	})
}

// addURLs finds links in a text, each once.
func (c *content) addURLs(text string) {
	for _, found := range urlPattern.FindAllString(text, maxURLs) {
		found = strings.TrimRight(found, ".,;:!?)]}")
		if len(c.urls) < maxURLs && !slices.Contains(c.urls, found) {
			c.urls = append(c.urls, found)
		}
	}
}

// decodeWord decodes an RFC 2047 word in a file name, which many mailers write.
func decodeWord(s string) string {
	decoded, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		return s
	}
	return decoded
}
