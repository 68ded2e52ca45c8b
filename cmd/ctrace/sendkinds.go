package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ctrace/esa/testmail"
)

// content is what one message of a batch carries.
type content struct {
	kind  testmail.Kind
	risk  string
	link  string
	files []testmail.Attachment
}

// What a demo sends when nothing is named: a link whose host the lab's appliance thinks badly of, and a
// file that is nothing.
const demoLink = "http://login-verify.example/reset"

func demoFile() testmail.Attachment {
	return testmail.Attachment{Name: "ctrace-demo.txt", ContentType: "text/plain", Data: []byte("A file of ctrace's demo.\n")}
}

// largestFile is how large a file can be that is attached.
const largestFile = 25 << 20

// contents are the messages to send, one of each kind.
func (o *sendOptions) contents() ([]content, error) {
	if o.stopAt != "" && !slices.Contains(stopStages, testmail.Stage(o.stopAt)) {
		return nil, fmt.Errorf("--stop-at %q is not one of %s", o.stopAt, stageWords())
	}
	if o.route.mx != "" && o.route.host != "" {
		return nil, errors.New("--mx and --server both say where the message goes: use one of them")
	}
	files, err := o.attachments()
	if err != nil {
		return nil, err
	}
	kinds, err := o.kindList()
	if err != nil {
		return nil, err
	}
	out := make([]content, 0, len(kinds))
	for _, k := range kinds {
		c := content{kind: k.Kind, risk: k.Risk}
		switch {
		case k.Kind == testmail.KindLink && o.link == "" && !o.lab.demo:
			return nil, errors.New("kind link needs --link URL")
		case k.Kind == testmail.KindLink:
			c.link = cmp.Or(o.link, demoLink)
		case k.Kind == testmail.KindAttachment && len(files) == 0 && !o.lab.demo:
			return nil, errors.New("kind attachment needs --attach FILE")
		case k.Kind == testmail.KindAttachment && len(files) == 0:
			c.files = []testmail.Attachment{demoFile()}
		case k.Kind == testmail.KindAttachment:
			c.files = files
		}
		out = append(out, c)
	}
	if o.stopAt != "" && len(out) > 1 {
		return nil, errors.New("--stop-at mails nothing: several kinds make no difference")
	}
	return out, nil
}

// kindList are the kinds that were asked for; a link or a file asks for its kind by itself.
func (o *sendOptions) kindList() ([]testmail.KindInfo, error) {
	all := testmail.Kinds()
	var out []testmail.KindInfo
	add := func(k testmail.KindInfo) {
		if !slices.ContainsFunc(out, func(x testmail.KindInfo) bool { return x.Kind == k.Kind }) {
			out = append(out, k)
		}
	}
	for _, name := range o.kinds {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "all" {
			for _, k := range all {
				if k.Risk == "" && o.supplied(k.Kind) {
					add(k)
				}
			}
			continue
		}
		i := slices.IndexFunc(all, func(k testmail.KindInfo) bool { return string(k.Kind) == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no kind %q: use %s", name, kindWords())
		}
		add(all[i])
	}
	for _, k := range all {
		if len(o.kinds) == 0 && (k.Kind == testmail.KindLink && o.link != "" || k.Kind == testmail.KindAttachment && len(o.files) > 0) {
			add(k)
		}
	}
	if len(out) == 0 {
		out = append(out, all[0])
	}
	return out, nil
}

// supplied tells whether there is what a kind of message carries.
func (o *sendOptions) supplied(k testmail.Kind) bool {
	switch k {
	case testmail.KindLink:
		return o.link != "" || o.lab.demo
	case testmail.KindAttachment:
		return len(o.files) > 0 || o.lab.demo
	}
	return true
}

func kindWords() string {
	var words []string
	for _, k := range testmail.Kinds() {
		words = append(words, string(k.Kind))
	}
	return strings.Join(words, ", ") + " or all"
}

// attachments reads the files to attach.
func (o *sendOptions) attachments() ([]testmail.Attachment, error) {
	var out []testmail.Attachment
	for _, path := range o.files {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("--attach: %w", unreadable(path, err))
		}
		if !info.Mode().IsRegular() || info.Size() > largestFile {
			return nil, fmt.Errorf("--attach %s: only files of at most %d MB are sent", path, largestFile>>20)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("--attach: %w", unreadable(path, err))
		}
		out = append(out, testmail.Attachment{Name: filepath.Base(path), ContentType: mime.TypeByExtension(filepath.Ext(path)), Data: data})
	}
	return out, nil
}

// agreed asks once more before something is sent that a gateway or a SOC acts upon. To choose the kind
// was the first time; the name has to be typed, so that no habit says yes. Nothing of a demo leaves the
// computer.
func (o *sendOptions) agreed(a *app, t *target, contents []content) error {
	for _, c := range contents {
		if c.risk == "" || o.stopAt != "" || t.lab != nil && !o.route.elsewhere() || o.confirm == string(c.kind) {
			continue
		}
		indented(a.err, "", c.risk)
		if !terminal(a.in) {
			return usage(fmt.Errorf("there is no terminal to ask at: --confirm %s sends it", c.kind))
		}
		fmt.Fprintf(a.err, "Type %s to send it, anything else to send nothing: ", c.kind)
		answer, err := bufio.NewReader(a.in).ReadString('\n')
		if err != nil || strings.TrimSpace(answer) != string(c.kind) {
			return &exitError{exitNo, errors.New("nothing was sent")}
		}
	}
	return nil
}
