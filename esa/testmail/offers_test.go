package testmail_test

import (
	"strings"
	"testing"

	"ctrace/esa/testmail"
)

// TestOffersThatAreNotTaken: what a server offers beyond plain ASCII mail is not asked for, because an
// appliance offers none of it and the message must go the same way everywhere.
func TestOffersThatAreNotTaken(t *testing.T) {
	s := script(t, "220 hi\r\n", "250-hi\r\n250-SMTPUTF8\r\n250-DSN\r\n250 PIPELINING\r\n", "250 ok\r\n", "550 no\r\n", "221 bye\r\n")
	receipt, err := testmail.Send(t.Context(), s, messageTo(t, "anna.lee@lab.example"))
	if e := failure(t, err); e.Stage != testmail.StageRcpt {
		t.Fatal(err)
	}
	want := []string{"MAIL FROM:<soc@sender.example>", "RCPT TO:<anna.lee@lab.example>"}
	for _, line := range receipt.Transcript {
		verb, _, _ := strings.Cut(line.Text, ":")
		if line.Direction != testmail.Sent || verb != "MAIL FROM" && verb != "RCPT TO" {
			continue
		}
		if len(want) == 0 || line.Text != want[0] {
			t.Fatalf("sent %q, want %q", line.Text, want)
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("not sent: %q", want)
	}
}
