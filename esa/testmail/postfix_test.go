//go:build postfix

// These tests deliver through a real Postfix on loopback. They start it themselves from a private
// configuration, which needs root and the Debian packages postfix, sasl2-bin and libsasl2-modules:
//
//	go test -tags postfix -run Postfix ./esa/testmail

package testmail_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
)

const (
	postfixUser     = "relay"
	postfixPassword = "Planted-Secret-8731"
	postfixDomain   = "postfix.test"
)

// postfix is a running Postfix.
type postfix struct {
	addr  string
	inbox string // Maildir of anna@postfix.test
	log   string
	ca    *esatest.CA
}

// runIn runs a command of the system.
func runIn(t *testing.T, stdin string, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// startPostfix starts Postfix in a folder of its own; mail for lab.example goes on to next.
func startPostfix(t *testing.T, next string) *postfix {
	t.Helper()
	for _, command := range []string{"postfix", "saslpasswd2"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("%s is not installed", command)
		}
	}
	owner, err := user.Lookup("postfix")
	if err != nil || os.Geteuid() != 0 {
		t.Skip("Postfix needs root and its own user")
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	dir, err := os.MkdirTemp("", "postfix-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, folder := range []string{"", "etc", "etc/sasl", "queue", "data", "mail"} {
		path := filepath.Join(dir, folder)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if folder == "data" || folder == "mail" {
			if err := os.Chown(path, uid, gid); err != nil {
				t.Fatal(err)
			}
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postfix{addr: l.Addr().String(), inbox: filepath.Join(dir, "mail/anna/new"), log: filepath.Join(dir, "log")}
	l.Close()
	p.ca = writeCertificate(t, dir)
	runIn(t, postfixPassword, "saslpasswd2", "-p", "-c", "-f", dir+"/etc/sasl/db", "-u", postfixDomain, postfixUser)
	if err := os.Chown(dir+"/etc/sasl/db", uid, gid); err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/etc/sasl/smtpd.conf", "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: "+dir+"/etc/sasl/db\nmech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256\n", 0o644)
	write(t, dir+"/etc/main.cf", mainCF(dir, uid, gid, next), 0o644)
	write(t, dir+"/etc/master.cf", masterCF(p.addr), 0o644)
	runIn(t, "", "postfix", "-c", dir+"/etc", "start")
	t.Cleanup(func() {
		if t.Failed() {
			text, _ := os.ReadFile(p.log)
			t.Logf("Postfix's log:\n%s", text)
		}
		runIn(t, "", "postfix", "-c", dir+"/etc", "stop")
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", p.addr)
		if err == nil {
			conn.Close()
			return p
		}
		if time.Now().After(deadline) {
			t.Fatalf("Postfix does not listen: %v", err)
		}
	}
}

// writeCertificate writes a certificate for localhost and returns its CA.
func writeCertificate(t *testing.T, dir string) *esatest.CA {
	t.Helper()
	ca, err := esatest.NewCA("Postfix CA")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Leaf(time.Time{}, "localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})), 0o644)
	write(t, dir+"/key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})), 0o600)
	return ca
}

func mainCF(dir string, uid, gid int, next string) string {
	host, port, _ := net.SplitHostPort(next)
	return fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
myhostname = mx.%[2]s
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
virtual_mailbox_domains = %[2]s
virtual_mailbox_base = %[1]s/mail
virtual_mailbox_maps = inline:{ anna@%[2]s=anna/ }
virtual_uid_maps = static:%[3]d
virtual_gid_maps = static:%[4]d
virtual_minimum_uid = 1
transport_maps = inline:{ lab.example=smtp:[%[5]s]:%[6]s }
smtp_tls_security_level = may
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = %[1]s/cert.pem
smtpd_tls_key_file = %[1]s/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = %[2]s
smtpd_sasl_path = smtpd
smtpd_sasl_security_options = noanonymous
cyrus_sasl_config_path = %[1]s/etc/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
`, dir, postfixDomain, uid, gid, host, port)
}

func masterCF(addr string) string {
	return addr + ` inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
}

// server is how to reach Postfix.
func (p *postfix) server(t *testing.T) testmail.Server {
	s := at(t, p.addr)
	s.TLSConfig = &tls.Config{RootCAs: p.ca.Pool()}
	s.Username, s.Password = postfixUser, postfixPassword
	return s
}

// delivered waits until the inbox has a message with a text in it.
func (p *postfix) delivered(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(p.inbox, "*"))
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil && strings.Contains(string(data), text) {
				return
			}
		}
	}
	t.Errorf("no message with %q was delivered", text)
}

func TestPostfix(t *testing.T) {
	a := start(t, esatest.Config{})
	p := startPostfix(t, a.SMTPAddr())
	for _, method := range []testmail.AuthMethod{testmail.AuthAuto, testmail.AuthPlain, testmail.AuthLogin, testmail.AuthCRAMMD5, testmail.AuthSCRAMSHA1, testmail.AuthSCRAMSHA256} {
		t.Run(string(method), func(t *testing.T) {
			s := p.server(t)
			s.Auth = method
			m := messageTo(t, "anna@"+postfixDomain)
			r, err := testmail.Send(t.Context(), s, m)
			if err != nil {
				t.Fatalf("%v\n%s", err, words(r, nil))
			}
			if r.TLS == nil || !r.TLS.Verified || r.MID != 0 || r.EnhancedCode != "2.0.0" || !strings.HasPrefix(r.Text, "2.0.0 Ok: queued as ") || r.AuthUsed == testmail.AuthNone {
				t.Errorf("receipt %+v", r)
			}
			noSecrets(t, words(r, nil), postfixUser, postfixPassword)
			p.delivered(t, "Message-ID: <"+m.MessageID+">")
			p.delivered(t, "Subject: "+m.Subject)
		})
	}
	t.Run("wrong password", func(t *testing.T) {
		s := p.server(t)
		s.Password = "Wrong-Secret-1234"
		_, err := testmail.Send(t.Context(), s, messageTo(t, "anna@"+postfixDomain))
		if e := failure(t, err); e.Class != testmail.ClassAuth || e.Code != 535 || e.EnhancedCode != "5.7.8" {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("without TLS", func(t *testing.T) {
		s := p.server(t)
		s.TLS, s.Username = testmail.TLSNone, ""
		_, err := testmail.Send(t.Context(), s, messageTo(t, "anna@"+postfixDomain))
		if e := failure(t, err); e.Class != testmail.ClassTLS || e.Code != 530 {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("without authentication", func(t *testing.T) {
		s := p.server(t)
		s.Username = ""
		_, err := testmail.Send(t.Context(), s, messageTo(t, "anna@"+postfixDomain))
		if e := failure(t, err); e.Class != testmail.ClassRefused || e.Code != 554 || e.Stage != testmail.StageRcpt {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("on to the appliance", func(t *testing.T) { // another server answers, the appliance has it all the same
		m := messageTo(t, "anna.lee@lab.example")
		r, err := testmail.Send(t.Context(), p.server(t), m)
		if err != nil || r.MID != 0 {
			t.Fatalf("%v %+v", err, r)
		}
		for deadline := time.Now().Add(20 * time.Second); len(a.Messages()) == 0; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("Postfix does not hand it on")
			}
		}
		if got := a.Messages()[0]; got.MessageID != "<"+m.MessageID+">" || got.Subject != m.Subject || got.TLS == "" || got.Helo != "mx."+postfixDomain {
			t.Errorf("arrived as %+v", got)
		}
	})
}
