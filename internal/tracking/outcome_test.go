package tracking

import (
	"testing"
	"time"

	"ctrace/esa"
)

func TestStatusOfMID(t *testing.T) {
	split := esa.Message{MIDs: []int64{1, 2, 3}, Statuses: esa.ByMID[string]{{MID: 2, Value: "Bounced"}, {MID: 3, Value: "Delivered"}}, StatusText: "Delivered"}
	plain := esa.Message{MIDs: []int64{1, 2}, StatusText: "Dropped by DLP"}
	for _, tc := range []struct {
		m     esa.Message
		mid   int64
		words string
		moved bool
	}{
		{split, 1, "went on under another MID", true},
		{split, 2, "Bounced", false},
		{split, 3, "Delivered", false},
		{plain, 1, "Dropped by DLP", false},
		{esa.Message{MIDs: []int64{1}}, 1, "not said", false},
	} {
		if words, moved := StatusOfMID(&tc.m, tc.mid); words != tc.words || moved != tc.moved {
			t.Errorf("%d of %v: %q, %v", tc.mid, tc.m.MIDs, words, moved)
		}
	}
}

func TestTheStatusOfAStoryIsTheNewest(t *testing.T) {
	row := esa.Message{MIDs: []int64{1, 2}, Statuses: esa.ByMID[string]{{MID: 1, Value: "Delivered"}, {MID: 2, Value: "Processing"}}, StatusText: "Processing"}
	for details, want := range map[string]string{"": "Processing", "delivered": "Processing", "Quarantined by Content Filters": "Quarantined by Content Filters"} {
		if got := (Story{Row: row, Details: &esa.Details{StatusText: details}}).Status(); got != want {
			t.Errorf("details say %q: %q, want %q", details, got, want)
		}
	}
	if got := (Story{Row: esa.Message{ICID: 7}}).Status(); got != "Rejected" {
		t.Errorf("a refused connection is %q", got)
	}
}

func TestListTime(t *testing.T) {
	now := time.Date(2027, 1, 1, 3, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		at   time.Time
		want string
	}{
		{now.Add(-4 * time.Hour), "12-31 23:00:00"},
		{now.AddDate(-1, 0, 0), "2026-01-01 03:00"},
		{now.AddDate(2, 0, 0), "2029-01-01 03:00"},
		{time.Time{}, "as it came"},
	} {
		if got := ListTime(tc.at, "as it came", now); got != tc.want || len(got) > 16 {
			t.Errorf("%v: %q, want %q", tc.at, got, tc.want)
		}
	}
}
