package quarantine

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ctrace/esa"
	"ctrace/esa/esatest"
	"ctrace/internal/history"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// keeper answers one way and counts.
type keeper struct {
	Keeper
	out   esa.QuarantineOutcome
	err   error
	asked []esa.QuarantineSelection
}

func (k *keeper) ReleaseQuarantined(_ context.Context, s esa.QuarantineSelection) (esa.QuarantineOutcome, error) {
	k.asked = append(k.asked, s)
	return k.out, k.err
}

func (k *keeper) DeleteQuarantined(ctx context.Context, s esa.QuarantineSelection) (esa.QuarantineOutcome, error) {
	return k.ReleaseQuarantined(ctx, s)
}

func journal(t *testing.T) *history.Store {
	t.Helper()
	s, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func request(act Act) Request {
	return Request{
		Act: act, Profile: "site", Appliance: "esa1", Type: esa.PolicyQuarantine, Quarantine: "Policy",
		Messages: []esa.QuarantinedMessage{{MID: 45, Subject: "Invoice", Quarantines: []string{"Policy"}}},
	}
}

func TestAnActionThatReachedSomeOnlySaysSo(t *testing.T) {
	r := request(Delete)
	r.Messages = append(r.Messages, r.Messages[0], r.Messages[0])
	got, err := Do(t.Context(), &keeper{out: esa.QuarantineOutcome{Count: 2}}, journal(t), r, noon)
	if want := "2 of 3 messages were deleted: the quarantine no longer has the others"; err != nil || got.Text(Delete) != want {
		t.Errorf("%q, %v, want %q", got.Text(Delete), err, want)
	}
}

func TestEveryOutcomeIsRecordedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		keeper keeper
		want   string
		text   string
	}{
		"done":      {keeper{out: esa.QuarantineOutcome{Count: 1}}, Done, "1 message was released"},
		"not there": {keeper{}, NotFound, "no longer has it"},
		"refused":   {keeper{err: &esa.Error{Kind: esa.KindRole, Message: "no"}}, Failed, "nothing was released"},
		"lost":      {keeper{err: &esa.Error{Kind: esa.KindNetwork, Uncertain: true}}, Unknown, "not known whether"},
	} {
		t.Run(name, func(t *testing.T) {
			j := journal(t)
			r, err := Do(t.Context(), &c.keeper, j, request(Release), noon)
			if err != nil || r.Outcome != c.want || !strings.Contains(r.Text(Release), c.text) {
				t.Errorf("%+v, %v: %s", r, err, r.Text(Release))
			}
			if len(c.keeper.asked) != 1 || c.keeper.asked[0].Name != "Policy" || c.keeper.asked[0].MIDs[0] != 45 {
				t.Errorf("asked %v", c.keeper.asked)
			}
			all, err := j.Actions(t.Context(), history.Filter{})
			if err != nil || len(all) != 1 || all[0].Outcome != c.want || all[0].Action != "quarantine release" || !strings.Contains(all[0].Target, `MID 45 "Invoice"`) {
				t.Errorf("recorded %+v, %v", all, err)
			}
		})
	}
}

type fullJournal struct{ Journal }

func (fullJournal) AddAction(context.Context, history.Action) (int64, error) {
	return 0, errors.New("the disk is full")
}

func TestNothingIsSentThatCannotBeRecorded(t *testing.T) {
	k := &keeper{}
	if _, err := Do(t.Context(), k, fullJournal{}, request(Delete), noon); err == nil || len(k.asked) > 0 {
		t.Errorf("%v after %d requests", err, len(k.asked))
	}
	if _, err := Do(t.Context(), k, journal(t), Request{Act: Delete}, noon); err == nil || len(k.asked) > 0 {
		t.Errorf("without a message: %v after %d requests", err, len(k.asked))
	}
}

func TestTogether(t *testing.T) {
	in := func(names ...string) esa.QuarantinedMessage { return esa.QuarantinedMessage{Quarantines: names} }
	for _, c := range []struct {
		messages []esa.QuarantinedMessage
		name     string
		ok       bool
	}{
		{nil, "", false},
		{[]esa.QuarantinedMessage{in("Policy")}, "Policy", true},
		{[]esa.QuarantinedMessage{in("Virus", "Policy"), in("Policy")}, "Policy", true},
		{[]esa.QuarantinedMessage{in("Virus"), in("Policy")}, "", false},
	} {
		if name, ok := Together(esa.PolicyQuarantine, c.messages); name != c.name || ok != c.ok {
			t.Errorf("%v: %q %v", c.messages, name, ok)
		}
	}
}

func TestAgainstAnAppliance(t *testing.T) {
	a, err := esatest.Start(esatest.Config{Messages: 400})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = a.CA().Pool()
	c, err := esa.New(esa.Config{BaseURL: a.APIURL(), Username: a.Username(), Passphrase: a.Passphrase(), HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	q := esa.QuarantineQuery{Type: esa.SpamQuarantine, Start: time.Now().Add(-48 * time.Hour), End: time.Now().Add(time.Hour)}
	page, err := c.SearchQuarantine(t.Context(), q)
	if err != nil || len(page.Messages) < 2 {
		t.Fatalf("%d messages, %v", len(page.Messages), err)
	}
	j := journal(t)
	for i, act := range []Act{Release, Delete} {
		r := Request{Act: act, Appliance: "esa1", Type: esa.SpamQuarantine, Messages: page.Messages[i : i+1]}
		if got, err := Do(t.Context(), c, j, r, noon); err != nil || got.Outcome != Done {
			t.Errorf("%s: %+v, %v", act, got, err)
		}
		if got, err := Do(t.Context(), c, j, r, noon); err != nil || got.Outcome != NotFound {
			t.Errorf("%s again: %+v, %v", act, got, err)
		}
	}
	after, err := c.SearchQuarantine(t.Context(), q)
	if err != nil || after.Total != page.Total-2 {
		t.Errorf("%d of %d are left, %v", after.Total, page.Total, err)
	}
}
